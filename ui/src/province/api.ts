// The calls of the province's API, all in one place.

import type { AuditSearch } from '../shared/audit/search'
import { createClient } from '../shared/api/client'
import type { paths } from '../shared/api/openapi-province'
import type { ProvinceMe, ProvinceOrder, ReceivedBatch, ReviewedClip } from '../shared/api/types'

const { get, post, remove, url } = createClient<paths>()

type Role = ProvinceMe['role']

/** Clips or orders on one page of the list. */
const PAGE = 25

/** Which clips: of a centre, of one batch of it, or of one order. */
export interface Choice {
  centre: string
  install?: string
  sequence?: number
  order?: string
}

/** How an order stood when it was sealed. */
export type OrderState = ProvinceOrder['status']

/** Which orders. */
interface OrderChoice extends Choice {
  who?: string
  status?: OrderState
}

export const api = {
  login: (name: string, password: string) => post('/api/v1/login', { body: { name, password } }),
  logout: () => post('/api/v1/logout'),
  me: () => get('/api/v1/me'),
  audit: () => get('/api/v1/audit'),
  auditLines: ({ by, action, text, from, to }: AuditSearch, before?: number) => get('/api/v1/audit/lines', { query: { by, action, text, from, to, before } }),
  auditChoices: () => get('/api/v1/audit/choices'),
  people: () => get('/api/v1/people'),
  lockAccount: (name: string) => post('/api/v1/people/lock', { body: { name } }),
  unlockAccount: (name: string) => post('/api/v1/people/unlock', { body: { name } }),
  removeAccount: (name: string) => post('/api/v1/people/remove', { body: { name } }),
  setRole: (name: string, role: Role) => post('/api/v1/people/role', { body: { name, role } }),
  setCentres: (name: string, centres: string[]) => post('/api/v1/people/centres', { body: { name, centres } }),
  endSession: (id: string) => remove('/api/v1/people/sessions/{id}', { path: { id } }),
  endSessions: (name: string) => post('/api/v1/people/sessions/end', { body: { name } }),
  ownSessions: () => get('/api/v1/me/sessions'),
  endOwnSession: (id: string) => remove('/api/v1/me/sessions/{id}', { path: { id } }),
  endOwnSessions: () => post('/api/v1/me/sessions/end'),
  changePassword: (present: string, fresh: string) => post('/api/v1/me/password', { body: { present, new: fresh } }),
  invitations: () => get('/api/v1/invitations'),
  invite: (name: string, role: Role, centres: string[]) => post('/api/v1/invitations', { body: { name, role, centres } }),
  invitePassword: (name: string) => post('/api/v1/invitations/password', { body: { name } }),
  withdrawInvitation: (id: string) => remove('/api/v1/invitations/{id}', { path: { id } }),
  invitation: (token: string) => post('/api/v1/invitation', { body: { token } }),
  enter: (token: string, password: string) => post('/api/v1/invitation/use', { body: { token, password } }),
  centres: () => get('/api/v1/centres'),
  nameCentre: (centre: string, title: string) => post('/api/v1/centres/title', { body: { centre, title } }),
  revokeCentre: (centre: string, reason: string) => post('/api/v1/centres/revoke', { body: { centre, reason } }),
  parcels: (centre: string) => get('/api/v1/parcels', { query: { centre } }),
  expected: () => get('/api/v1/expected'),
  missing: (centre: string, day: string, after?: string) => get('/api/v1/expected/missing', { query: { centre, day, after: after || undefined } }),
  notices: () => get('/api/v1/notices'),
  batches: (centre: string) => get('/api/v1/batches', { query: { centre } }),
  clip: async (id: string) => (await get('/api/v1/clips', { query: { id, limit: 1 } })).clips[0] ?? null,
  orders: ({ centre, install, sequence, who, status }: OrderChoice, before?: string) => get('/api/v1/orders', { query: { centre, install, sequence, who, status, limit: PAGE, before } }),
  clips: (choice: Choice, before?: string) => get('/api/v1/clips', { query: { ...choice, limit: PAGE, before } }),
}

/** Whether there are rows of it. */
export const takenIn = (batch: ReceivedBatch) => batch.status === 'accepted' || batch.status === 'set_aside'

/** Where a clip's pictures are. */
export const urls = {
  video: ({ id }: ReviewedClip, rendition: boolean) => `${url('/api/v1/clips/{id}/video', { id })}${rendition ? '?as=rendition' : ''}`,
  photo: ({ id }: ReviewedClip) => url('/api/v1/clips/{id}/photo', { id }),
  evidence: (_clip: ReviewedClip, sha256: string) => url('/api/v1/evidence/{sha256}', { sha256 }),
}

/** The address of the audit log's lines as a file. */
export function auditFile(as: 'csv' | 'xlsx', { by, action, text, from, to }: AuditSearch): string {
  const given = Object.entries({ as, by, action, text, from, to }).filter(([, value]) => value !== '')
  return `${url('/api/v1/audit/export')}?${new URLSearchParams(given)}`
}
