// The calls of the province's API, all in one place.

import { createClient } from '../shared/api/client'
import type { paths } from '../shared/api/openapi-province'
import type { ProvinceOrder, ReceivedBatch, ReviewedClip } from '../shared/api/types'

const { get, post, url } = createClient<paths>()

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
  centres: () => get('/api/v1/centres'),
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
