// The candidate's calls of the centre's API, all in one place.

import { createClient } from '../shared/api/client'
import { send } from '../shared/api/http'
import type { paths } from '../shared/api/openapi'
import type { HelpReason, HelpState } from '../shared/api/types'
import { learnTime } from './serverTime'
import type { DeviceKind } from './way/device'

const { get, post, remove, url } = createClient<paths>()

/** This phone's clock, which staff compare with the server's. */
const ownClock = () => new Date().toISOString()

/** What the page is about. */
export interface HelpPlace {
  order_id?: string
  attempt_id?: string
}

/** An answer that tells the server's time is heard (R7). */
async function timed<Told>(ask: Promise<Told>, timeIn: (told: Told) => string | undefined): Promise<Told> {
  const told = await ask
  learnTime(timeIn(told))
  return told
}

const tus = { 'Tus-Resumable': '1.0.0' }

export const api = {
  login: (ticket: string, idNumber: string, device: DeviceKind) => post('/api/v1/login', { body: { ticket, id_number: idNumber, device, clock: ownClock() } }),
  /** Logs in with the token of a QR code (R4); only the browser with that secret may repeat it. */
  pass: (token: string, browser: string, device: DeviceKind) => post('/api/v1/pass', { body: { token, browser, device, clock: ownClock() } }),
  makePass: (id: string, kind: 'phone' | 'ticket') => post('/api/v1/orders/{id}/passes', { path: { id }, body: { kind } }),
  centre: () => get('/api/v1/centre'),
  askForHelp: (reason: HelpReason, state: HelpState & HelpPlace) => post('/api/v1/help', { body: { reason, ...state } }),
  /** Sends the phone's state while its call is open; returns the state of the call. */
  tellHelp: (state: HelpState & HelpPlace) => post('/api/v1/help/state', { body: state }),
  help: () => get('/api/v1/help'),
  helpUrl: url('/api/v1/help/events'),
  readHelp: () => post('/api/v1/help/read'),
  endHelp: () => remove('/api/v1/help'),
  practice: (id: string) => post('/api/v1/orders/{id}/practice', { path: { id } }),
  /** Sends bytes that the server discards, to measure the line's speed. */
  speed: (bytes: Blob) => send(url('/api/v1/speed'), bytes),
  logout: () => post('/api/v1/logout'),
  me: () => get('/api/v1/me'),
  orders: () => timed(get('/api/v1/orders'), ([first]) => first?.server_time),
  order: (id: string) => timed(get('/api/v1/orders/{id}', { path: { id } }), (order) => order.server_time),
  photoUrl: (id: string) => url('/api/v1/orders/{id}/photo', { id }),
  rules: (id: string, language: string) => get('/api/v1/orders/{id}/rules', { path: { id }, headers: { 'Accept-Language': language } }),
  /** `timeout`: milliseconds after which the request is given up. */
  attempt: (id: string, timeout?: number) => get('/api/v1/attempts/{id}', { path: { id }, timeout }),
  acknowledge: (id: string) => post('/api/v1/attempts/{id}/acknowledge', { path: { id } }),
  eventsUrl: (id: string) => url('/api/v1/attempts/{id}/events', { id }),
  forgetUpload: (id: string) => remove('/api/v1/uploads/{id}', { path: { id }, headers: tus }),
  /** Declares that what arrived of a recording is all of it (R28). */
  endUpload: (id: string, bytes: number) =>
    send(url('/api/v1/uploads/{id}', { id }), new Blob(), 'PATCH', {
      'Content-Type': 'application/offset+octet-stream',
      ...tus,
      'Upload-Offset': String(bytes),
      'Upload-Length': String(bytes),
    }),
  want: (id: string) => post('/api/v1/clips/{id}/want', { path: { id } }),
  previewed: (id: string) => post('/api/v1/clips/{id}/previewed', { path: { id } }),
  thumbnailUrl: (id: string) => url('/api/v1/clips/{id}/thumbnail', { id }),
  videoUrl: (id: string, as?: 'rendition' | 'preview') => `${url('/api/v1/clips/{id}/video', { id })}${as ? `?as=${as}` : ''}`,
}
