// The candidate's calls of the centre's API, all in one place.

import { get, post, remove, send } from '../shared/api/http'
import type { Attempt, CentreInfo, Entry, Help, HelpReason, HelpState, Me, Order, Pass, Rules } from '../shared/api/types'

import type { DeviceKind } from './way/device'

const base = '/api/v1'
const id = encodeURIComponent

/** What this phone's clock shows: the staff's second opinion about the server's. */
const ownClock = () => new Date().toISOString()

/** What the page is about. */
export interface HelpPlace {
  order_id?: string
  attempt_id?: string
}

export const api = {
  login: (ticket: string, idNumber: string, device: DeviceKind) => post<Me>(`${base}/login`, { ticket, id_number: idNumber, device, clock: ownClock() }),
  /** Logs in with the token of a QR code (R4); only the browser of that secret may ask twice. */
  pass: (token: string, browser: string, device: DeviceKind) => post<Entry>(`${base}/pass`, { token, browser, device, clock: ownClock() }),
  makePass: (order: string, kind: 'phone' | 'ticket') => post<Pass>(`${base}/orders/${id(order)}/passes`, { kind }),
  centre: () => get<CentreInfo>(`${base}/centre`),
  askForHelp: (reason: HelpReason, state: HelpState & HelpPlace) => post<Help>(`${base}/help`, { reason, ...state }),
  /** How the phone is while its call is open; the answer says what came of the call. */
  tellHelp: (state: HelpState & HelpPlace) => post<Help>(`${base}/help/state`, state),
  help: () => get<Help>(`${base}/help`),
  helpUrl: `${base}/help/events`,
  readHelp: () => post(`${base}/help/read`),
  endHelp: () => remove(`${base}/help`),
  practice: (order: string) => post<Attempt>(`${base}/orders/${id(order)}/practice`),
  /** Sends bytes that the server throws away, to see how fast the line is. */
  speed: (bytes: Blob) => send(`${base}/speed`, bytes),
  logout: () => post(`${base}/logout`),
  me: () => get<Me>(`${base}/me`),
  orders: () => get<Order[]>(`${base}/orders`),
  order: (order: string) => get<Order>(`${base}/orders/${id(order)}`),
  photoUrl: (order: string) => `${base}/orders/${id(order)}/photo`,
  rules: (order: string, language: string) => get<Rules>(`${base}/orders/${id(order)}/rules`, { 'Accept-Language': language }),
  consent: (order: string, face: boolean, guardian?: string) =>
    post(`${base}/orders/${id(order)}/consent`, guardian ? { face, guardian } : { face }),
  start: (order: string, rulesVersion: string) =>
    post<Attempt>(`${base}/orders/${id(order)}/attempts`, { agreed: true, rules_version: rulesVersion }),
  /** `patience`: milliseconds after which the question is given up. */
  attempt: (attempt: string, patience?: number) => get<Attempt>(`${base}/attempts/${id(attempt)}`, {}, patience),
  acknowledge: (attempt: string) => post(`${base}/attempts/${id(attempt)}/acknowledge`),
  takeOver: (attempt: string) => post(`${base}/attempts/${id(attempt)}/takeover`),
  submit: (attempt: string) => post(`${base}/attempts/${id(attempt)}/submit`),
  reset: (attempt: string) => post(`${base}/attempts/${id(attempt)}/reset`),
  eventsUrl: (attempt: string) => `${base}/attempts/${id(attempt)}/events`,
  forgetUpload: (upload: string) => remove(`${base}/uploads/${id(upload)}`, { 'Tus-Resumable': '1.0.0' }),
  /** What arrived of a recording is all of it: no more comes (R28). */
  endUpload: (upload: string, bytes: number) =>
    send(`${base}/uploads/${id(upload)}`, new Blob(), 'PATCH', {
      'Content-Type': 'application/offset+octet-stream',
      'Tus-Resumable': '1.0.0',
      'Upload-Offset': String(bytes),
      'Upload-Length': String(bytes),
    }),
  deleteClip: (clip: string) => remove(`${base}/clips/${id(clip)}`),
  moveClip: (clip: string, item: string) => post(`${base}/clips/${id(clip)}/move`, { item }),
  want: (clip: string) => post(`${base}/clips/${id(clip)}/want`),
  previewed: (clip: string) => post(`${base}/clips/${id(clip)}/previewed`),
  thumbnailUrl: (clip: string) => `${base}/clips/${id(clip)}/thumbnail`,
  videoUrl: (clip: string, as?: 'rendition' | 'preview') => `${base}/clips/${id(clip)}/video${as ? `?as=${as}` : ''}`,
}
