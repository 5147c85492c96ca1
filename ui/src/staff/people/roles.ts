import type { StaffRole } from '../../shared/api/types'

/** In the order in which a centre needs most of them. */
export const ROLES: readonly StaffRole[] = ['invigilator', 'examiner', 'technician', 'administrator']
