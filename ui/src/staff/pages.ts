// The places of the staff's page, in the order of a day, and who sees each:
// the roles that the server lets call what the page reads.
import type { Component } from 'vue'
import Desk from './Desk.vue'
import { lazy } from './lazy'

/** A page gets `role` and `rest`, what follows its hash and a slash; it emits `go` with another rest, and `expire`. */
export interface StaffPage {
  /** Behind # in the address; the desk has none. */
  hash: string
  title: string
  roles: readonly string[]
  page: Component
  /** Others lead to it: it does not stand among the places. */
  aside?: true
}

/** Who may know who a candidate is (R21). */
export const DESK = ['administrator', 'invigilator', 'technician'] as const
export const ADMINISTRATORS = ['administrator'] as const
/** Who looks after the server. */
export const MACHINE = ['administrator', 'technician'] as const
/** Who leads a day: prints its papers and closes it. */
export const LEADS = ['administrator', 'invigilator'] as const
export const EVERYBODY = [...DESK, 'examiner'] as const

export const pages: readonly StaffPage[] = [
  { hash: '', title: 'staff.review.desk', roles: DESK, page: Desk },
  { hash: 'checkin', title: 'staff.checkin.title', roles: LEADS, page: lazy(() => import('./checkin/CheckIn.vue')) },
  { hash: 'loans', title: 'staff.loans.title', roles: LEADS, page: lazy(() => import('./loans/Loans.vue')) },
  { hash: 'orders', title: 'staff.orders.title', roles: DESK, page: lazy(() => import('./orders/Orders.vue')) },
  { hash: 'review', title: 'staff.review.title', roles: EVERYBODY, page: lazy(() => import('./review/Review.vue')) },
  { hash: 'rehearsal', title: 'staff.rehearsal.title', roles: DESK, page: lazy(() => import('./rehearsal/Rehearsal.vue')) },
  { hash: 'papers', title: 'staff.papers.title', roles: LEADS, page: lazy(() => import('./papers/Papers.vue')) },
  { hash: 'turns', title: 'staff.turns.title', roles: LEADS, page: lazy(() => import('./turns/Turns.vue')) },
  { hash: 'screen', title: 'staff.screen.title', roles: LEADS, aside: true, page: lazy(() => import('./screen/Screen.vue')) },
  { hash: 'syllabus', title: 'staff.syllabus.title', roles: DESK, page: lazy(() => import('./syllabus/Syllabus.vue')) },
  { hash: 'parcels', title: 'staff.parcels.title', roles: ADMINISTRATORS, page: lazy(() => import('./parcels/Parcels.vue')) },
  { hash: 'day', title: 'staff.day.title', roles: LEADS, page: lazy(() => import('./day/Day.vue')) },
  { hash: 'results', title: 'staff.results.title', roles: ADMINISTRATORS, page: lazy(() => import('./results/Results.vue')) },
  { hash: 'people', title: 'desk.people.title', roles: ADMINISTRATORS, page: lazy(() => import('./people/People.vue')) },
  { hash: 'audit', title: 'desk.audit_log.title', roles: MACHINE, page: lazy(() => import('./audit/AuditLog.vue')) },
  { hash: 'backups', title: 'staff.backups.title', roles: MACHINE, page: lazy(() => import('./backups/Backups.vue')) },
  { hash: 'health', title: 'staff.health.title', roles: MACHINE, page: lazy(() => import('./health/Health.vue')) },
  { hash: 'log', title: 'staff.health.log.title', roles: MACHINE, aside: true, page: lazy(() => import('./health/ServiceLog.vue')) },
  { hash: 'me', title: 'desk.me.title', roles: EVERYBODY, page: lazy(() => import('./people/Me.vue')), aside: true },
  { hash: 'setup', title: 'staff.setup.title', roles: MACHINE, aside: true, page: lazy(() => import('./setup/Setup.vue')) },
  { hash: 'settings', title: 'staff.settings.title', roles: MACHINE, page: lazy(() => import('./settings/Settings.vue')) },
]

/** The page of that address for that role: the first that the role has, where the address names none. */
export function pageAt(hash: string, role: string): { page: StaffPage; rest: string } | undefined {
  const own = pages.filter((page) => page.roles.includes(role))
  const [name = '', ...rest] = hash.split('/')
  const page = own.find((one) => one.hash === name)
  return page ? { page, rest: rest.join('/') } : own[0] && { page: own[0], rest: '' }
}
