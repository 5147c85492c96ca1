// The candidate's acts that nobody may find done after the page gave up on them
// (timely.ts). Apart from the other calls: the log-in needs none of them.

import { createClient } from '../shared/api/client'
import type { paths } from '../shared/api/openapi'
import { api } from './api'
import { Timely } from './attempt/timely'

const { post, remove } = createClient<paths>()
const timely = new Timely(api.centre)

export const acts = {
  consent: (id: string, face: boolean, guardian?: string) =>
    timely.act('act', (headers) => post('/api/v1/orders/{id}/consent', { path: { id }, body: guardian ? { face, guardian } : { face }, headers })),
  start: (id: string, rulesVersion: string) =>
    timely.act('start', (headers) => post('/api/v1/orders/{id}/attempts', { path: { id }, body: { agreed: true, rules_version: rulesVersion }, headers })),
  takeOver: (id: string) => timely.act('act', (headers) => post('/api/v1/attempts/{id}/takeover', { path: { id }, headers })),
  submit: (id: string) => timely.act('submit', (headers) => post('/api/v1/attempts/{id}/submit', { path: { id }, headers })),
  reset: (id: string) => timely.act('reset', (headers) => post('/api/v1/attempts/{id}/reset', { path: { id }, headers })),
  deleteClip: (id: string) => timely.act('act', (headers) => remove('/api/v1/clips/{id}', { path: { id }, headers })),
  moveClip: (id: string, item: string) => timely.act('act', (headers) => post('/api/v1/clips/{id}/move', { path: { id }, body: { item }, headers })),
}
