import type { ProvinceMe } from '../shared/api/types'

/** In the order in which a province needs most of them. */
export const ROLES = ['reviewer', 'viewer', 'administrator'] as const

/** The names that somebody typed with spaces or commas between. */
export const namesOf = (typed: string) => typed.split(/[\s,，、;；]+/).filter(Boolean)

/** Who looks after all centres. */
export const isHead = (me: ProvinceMe) => me.role === 'administrator' && me.centres.length === 0
