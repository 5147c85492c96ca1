// The staff's calls of the centre's API, all in one place.

import type { NewDeskDecision, NewNote, BoardAct } from './board/acts/types'
import { createClient } from '../shared/api/client'
import { sendFor } from '../shared/api/http'
import type { paths } from '../shared/api/openapi'
import type { AnnouncementPart, CheckInOrder, ExtraTime, ExtraTimeForAll, FaceHint, Heard, HelpAnswerKind, ImportPreview, Level, LogLevel, NewCheckIn, NewDecision, NewDeparture, NewMark, NewResultList, OrderByHand, Parcel, Poster, ProposalArgs, ProposalKind, RehearsalPlan, ResultSort, ReviewedClip, ReviewQuery, SetupStepName, StaffRole, SyllabusPreview, TurnsChange } from '../shared/api/types'
import type { AuditSearch } from '../shared/audit/search'
import type { Behind } from './day/behind'
import { queryOf, searchOf, type Scope } from './papers/scope'
import type { TurnStep } from './turns/useTurns'

const { get, post, remove, url } = createClient<paths>()

/** A list is read and every photo looked at before there is an answer: milliseconds. */
const READING = 15 * 60_000
/** The worker that compares faces may have to start first. */
const LOOKING = 90_000
/** How long the server may try itself out, in milliseconds. */
const EXAMINATION = 120_000

/** Clips on one page of the list. */
const PAGE = 25

/** The filter of the queue; empty fields match all. */
export interface ReviewFilter {
  state: ReviewQuery['state'] | ''
  subject: string
  verdict: ReviewQuery['verdict'] | ''
  grade: number | ''
  /** Part of a name or ticket number, or the exam code; examiners may not ask (R21). */
  who: string
  open: boolean
  unmarked: boolean
  /** Clips in a batch have left the queue. */
  sealed: ReviewQuery['sealed']
}

/** The filter of the list of orders; empty fields match all. */
export interface OrderFilter {
  /** Part of a name, its pinyin or a ticket, or the end of an ID number. */
  who: string
  subject: string
  grade: number | ''
  status: string
  no_photo: boolean
  emergency: boolean
  /** A day on which the window is open. */
  day: string
  sort: string
}

/** The same as a query, without what is not ticked. */
const asked = (filter: ReviewFilter) => ({ ...filter, open: filter.open || undefined, unmarked: filter.unmarked || undefined })

const chosen = (filter: OrderFilter) => ({ ...filter, no_photo: filter.no_photo || undefined, emergency: filter.emergency || undefined })

/** Of a filter what chooses; the sort does not. */
function whomOf(whom: { order_id: string } | OrderFilter | null) {
  if (!whom || 'order_id' in whom) return whom ?? {}
  const { who, subject, grade, status, no_photo, emergency, day } = whom
  return { who, subject, grade: grade || 0, status, no_photo, emergency, day }
}

export const api = {
  login: (name: string, password: string) => post('/api/v1/staff/login', { body: { name, password } }),
  logout: async () => {
    await post('/api/v1/staff/logout')
    await import('./checkin/kept').then(({ forgetDay }) => forgetDay()).catch(() => undefined) // a browser that keeps nothing has nothing to forget
  },
  me: () => get('/api/v1/staff/me'),
  attempts: () => get('/api/v1/staff/attempts'),
  giveTime: (id: string, time: ExtraTime) => post('/api/v1/staff/attempts/{id}/extra-time', { path: { id }, body: time }),
  deskAttempt: (id: string) => get('/api/v1/staff/attempts/{id}', { path: { id } }),
  submitFor: (id: string, body: BoardAct) => post('/api/v1/staff/attempts/{id}/submit', { path: { id }, body }),
  resetFor: (id: string, body: BoardAct) => post('/api/v1/staff/attempts/{id}/reset', { path: { id }, body }),
  voidAttempt: (id: string, body: BoardAct) => post('/api/v1/staff/attempts/{id}/void', { path: { id }, body }),
  undoVoid: (id: string, reason: string) => post('/api/v1/staff/attempts/{id}/void/undo', { path: { id }, body: { reason } }),
  note: (id: string, body: NewNote) => post('/api/v1/staff/attempts/{id}/irregularities', { path: { id }, body }),
  undoNote: (id: string, note: string, reason: string) => post('/api/v1/staff/attempts/{id}/irregularities/{note}/undo', { path: { id, note }, body: { reason } }),
  decideAt: (id: string, body: NewDeskDecision) => post('/api/v1/staff/attempts/{id}/decisions', { path: { id }, body }),
  undoAt: (id: string, decision: string, reason: string) => post('/api/v1/staff/attempts/{id}/decisions/{decision}/undo', { path: { id, decision }, body: { reason } }),
  /** `known`: when it was closed before, as this page shows it. */
  closeRow: (id: string, reason: string, known?: string) => post('/api/v1/staff/attempts/{id}/row/close', { path: { id }, body: { reason, known } }),
  showRow: (id: string) => post('/api/v1/staff/attempts/{id}/row/show', { path: { id } }),
  giveAllTime: (time: ExtraTimeForAll) => post('/api/v1/staff/extra-time', { body: time }),
  centre: () => get('/api/v1/centre'),
  findForCheckIn: (who: string) => get('/api/v1/staff/check-ins', { query: { who } }),
  checkInsToday: () => get('/api/v1/staff/check-ins/today'),
  checkIn: (id: string, body: NewCheckIn) => post('/api/v1/staff/orders/{id}/check-in', { path: { id }, body }),
  identifyAt: (id: string, body: { check_in: string; document: string }) => post('/api/v1/staff/orders/{id}/check-in/document', { path: { id }, body }),
  undoCheckIn: (id: string, body: { check_in: string; reason: string }) => post('/api/v1/staff/orders/{id}/check-in/undo', { path: { id }, body }),
  enterConsent: (id: string, face: boolean, guardian: string, scan: File) =>
    sendFor(`${url('/api/v1/staff/orders/{id}/consent-paper', { id })}?${new URLSearchParams({ face: `${face}`, guardian })}`, scan, READING) as Promise<CheckInOrder>,
  lookAt: (id: string, picture: Blob) => sendFor(url('/api/v1/staff/orders/{id}/look', { id }), picture, LOOKING) as Promise<FaceHint>,
  choices: () => get('/api/v1/staff/choices'),
  clips: (before?: string) => get('/api/v1/staff/clips', { query: { limit: PAGE, before } }),
  help: () => get('/api/v1/staff/help'),
  answerHelp: (id: string, kind: HelpAnswerKind, text?: string) => post('/api/v1/staff/help/{id}/answer', { path: { id }, body: { kind, text } }),
  closeHelp: (id: string) => post('/api/v1/staff/help/{id}/done', { path: { id } }),
  day: (scope: Scope) => get('/api/v1/staff/day', { query: queryOf(scope) }),
  dayOrders: (scope: Scope, behind: Behind, from: number) => get('/api/v1/staff/day/orders', { query: { ...queryOf(scope), ...behind, from: from || undefined } }),
  /** What a void of that whole day would void now. */
  dayToVoid: (day: string) => get('/api/v1/staff/day/void', { query: { day } }),
  dayRecord: (scope: Scope) => get('/api/v1/staff/day/record', { query: queryOf(scope) }),
  results: (scope: Scope, sort: ResultSort | '', from: number) => get('/api/v1/staff/results', { query: { ...queryOf(scope), sort: sort || undefined, from: from || undefined } }),
  checked: () => get('/api/v1/staff/results/checked'),
  releaseExaminer: (examiner: string, reason: string) => post('/api/v1/staff/results/examiners/release', { body: { examiner, reason } }),
  examiners: (scope: Scope) => get('/api/v1/staff/results/examiners', { query: queryOf(scope) }),
  confirmResults: (scope: Scope, list: NewResultList) => post('/api/v1/staff/results/lists', { query: queryOf(scope), body: list, timeout: READING }),
  resultLists: () => get('/api/v1/staff/results/lists'),
  /** To print and sign; the reading is a line of the log. */
  resultList: (id: string) => get('/api/v1/staff/results/lists/{id}', { path: { id } }),
  publishResults: (id: string) => post('/api/v1/staff/results/lists/{id}/publish', { path: { id }, body: {}, timeout: READING }),
  withdrawResults: (id: string, reason: string) => post('/api/v1/staff/results/lists/{id}/withdraw', { path: { id }, body: { reason }, timeout: READING }),
  /** Who is printed; the reading is a line of the log. */
  papers: (scope: Scope, kind: 'tickets' | 'sheets' | 'missing') => get('/api/v1/staff/papers', { query: { ...queryOf(scope), kind } }),
  /** Draws a pack; every candidate on it is noted. */
  makePack: (scope: Scope) => post('/api/v1/staff/packs', { query: queryOf(scope), timeout: READING }),
  papersOf: (id: string) => get('/api/v1/staff/orders/{id}/papers', { path: { id } }),
  poster: () => get('/api/v1/staff/poster'),
  setPoster: (poster: Poster, shown: Poster) => post('/api/v1/staff/poster', { body: { ...poster, shown } }),
  devices: () => get('/api/v1/staff/devices'),
  allowDevice: (number: string) => post('/api/v1/staff/devices', { body: { number } }),
  withdrawDevice: (number: string) => remove('/api/v1/staff/devices/{number}', { path: { number } }),
  loanPhones: () => get('/api/v1/staff/loan-phones'),
  addLoanPhone: (name: string) => post('/api/v1/staff/loan-phones', { body: { name } }),
  renameLoanPhone: (id: string, name: string) => post('/api/v1/staff/loan-phones/{id}/name', { path: { id }, body: { name } }),
  retireLoanPhone: (id: string) => post('/api/v1/staff/loan-phones/{id}/retire', { path: { id } }),
  linkLoanPhone: (id: string) => post('/api/v1/staff/loan-phones/{id}/link', { path: { id } }),
  lendPhone: (id: string, order: string) => post('/api/v1/staff/loan-phones/{id}/lend', { path: { id }, body: { order } }),
  handOutPhone: (id: string, reason: string) => post('/api/v1/staff/loans/{id}/hand-out', { path: { id }, body: { reason } }),
  takePhoneBack: (id: string) => post('/api/v1/staff/loans/{id}/take-back', { path: { id } }),
  forcePhoneBack: (id: string, reason: string) => post('/api/v1/staff/loans/{id}/take-back/force', { path: { id }, body: { reason } }),
  locks: () => get('/api/v1/staff/locks'),
  unlock: (account: string) => post('/api/v1/staff/locks/lift', { body: { account } }),
  jobs: () => get('/api/v1/staff/jobs'),
  retry: (id: string) => post('/api/v1/staff/jobs/{id}/retry', { path: { id } }),
  review: (filter: ReviewFilter, after?: string) => get('/api/v1/staff/review', { query: { limit: PAGE, ...asked(filter), after } }),
  reviewClip: (id: string) => get('/api/v1/staff/review/{id}', { path: { id } }),
  identity: (id: string) => get('/api/v1/staff/review/{id}/identity', { path: { id } }),
  /** Without a part: every part that nobody ticked yet. */
  hear: (id: string, part: AnnouncementPart | undefined, heard?: Heard) => post('/api/v1/staff/review/{id}/announcement', { path: { id }, body: { part, heard } }),
  depart: (id: string, departure: NewDeparture) => post('/api/v1/staff/review/{id}/departures', { path: { id }, body: departure }),
  withdraw: (id: string, departure: string) => remove('/api/v1/staff/review/{id}/departures/{departure}', { path: { id, departure } }),
  decide: (id: string, decision: NewDecision) => post('/api/v1/staff/review/{id}/decisions', { path: { id }, body: decision }),
  undo: (id: string, decision: string, reason: string) => post('/api/v1/staff/review/{id}/decisions/{decision}/undo', { path: { id, decision }, body: { reason } }),
  /** For a page that goes away: the browser sends it all the same, and nobody is there for the answer. */
  keepDraft: (id: string, mark: NewMark) =>
    void fetch(url('/api/v1/staff/review/{id}/marks', { id }), { method: 'POST', keepalive: true, credentials: 'same-origin', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(mark) }).catch(() => undefined),
  cannotMark: (id: string, act: string, reason: string) => post('/api/v1/staff/review/{id}/unmarkable', { path: { id }, body: { id: act, reason } }),
  recuseSelf: (id: string, reason: string) => post('/api/v1/staff/review/{id}/recusal', { path: { id }, body: { reason } }),
  recuse: (id: string, examiner: string, reason: string) => post('/api/v1/staff/review/{id}/recusals', { path: { id }, body: { examiner, reason } }),
  readmit: (id: string, examiner: string, reason: string) => post('/api/v1/staff/review/{id}/recusals/lift', { path: { id }, body: { examiner, reason } }),
  askAppeal: (id: string, act: string, reason: string) => post('/api/v1/staff/review/{id}/appeals', { path: { id }, body: { id: act, reason } }),
  setStandard: (id: string, level: Level, reason: string) => post('/api/v1/staff/review/{id}/standard', { path: { id }, body: { level, reason } }),
  withdrawStandard: (id: string, reason: string) => post('/api/v1/staff/review/{id}/standard/withdraw', { path: { id }, body: { reason } }),
  settleMarks: (id: string, level: Level, reason: string) => post('/api/v1/staff/review/{id}/settlement', { path: { id }, body: { level, reason } }),
  mark: (id: string, mark: NewMark) => post('/api/v1/staff/review/{id}/marks', { path: { id }, body: mark }),
  phrases: () => get('/api/v1/staff/me/phrases'),
  addPhrase: (phrase: string) => post('/api/v1/staff/me/phrases', { body: { phrase } }),
  removePhrase: (phrase: string) => post('/api/v1/staff/me/phrases/remove', { body: { phrase } }),
  people: () => get('/api/v1/staff/people'),
  lockAccount: (name: string) => post('/api/v1/staff/people/lock', { body: { name } }),
  unlockAccount: (name: string) => post('/api/v1/staff/people/unlock', { body: { name } }),
  removeAccount: (name: string) => post('/api/v1/staff/people/remove', { body: { name } }),
  setRole: (name: string, role: StaffRole) => post('/api/v1/staff/people/role', { body: { name, role } }),
  endSession: (id: string) => remove('/api/v1/staff/people/sessions/{id}', { path: { id } }),
  endSessions: (name: string) => post('/api/v1/staff/people/sessions/end', { body: { name } }),
  ownSessions: () => get('/api/v1/staff/me/sessions'),
  endOwnSession: (id: string) => remove('/api/v1/staff/me/sessions/{id}', { path: { id } }),
  endOwnSessions: () => post('/api/v1/staff/me/sessions/end'),
  changePassword: (present: string, fresh: string) => post('/api/v1/staff/me/password', { body: { present, new: fresh } }),
  proposals: () => get('/api/v1/staff/proposals'),
  seconds: () => get('/api/v1/staff/seconds'),
  proposal: (id: string) => get('/api/v1/staff/proposals/{id}', { path: { id } }),
  /** With a second person's name and password it is done at once. */
  propose: (kind: ProposalKind, args: ProposalArgs, name?: string, password?: string) => post('/api/v1/staff/proposals', { body: { kind, args, name, password }, timeout: READING }),
  confirmProposal: (id: string) => post('/api/v1/staff/proposals/{id}/confirm', { path: { id }, timeout: READING }),
  /** Whoever proposed it needs no reason. */
  rejectProposal: (id: string, reason?: string) => post('/api/v1/staff/proposals/{id}/reject', { path: { id }, body: { reason } }),
  invitations: () => get('/api/v1/staff/invitations'),
  invite: (name: string, role: StaffRole) => post('/api/v1/staff/invitations', { body: { name, role } }),
  invitePassword: (name: string) => post('/api/v1/staff/invitations/password', { body: { name } }),
  withdrawInvitation: (id: string) => remove('/api/v1/staff/invitations/{id}', { path: { id } }),
  invitation: (token: string) => post('/api/v1/staff/invitation', { body: { token } }),
  enter: (token: string, password: string, name?: string) => post('/api/v1/staff/invitation/use', { body: { token, name, password } }),
  orders: (filter: OrderFilter, after?: string) => get('/api/v1/staff/orders', { query: { limit: 50, ...chosen(filter), after } }),
  order: (id: string) => get('/api/v1/staff/orders/{id}', { path: { id } }),
  contact: (id: string) => get('/api/v1/staff/orders/{id}/contact', { path: { id } }),
  idNumber: (id: string) => get('/api/v1/staff/orders/{id}/id-number', { path: { id } }),
  sendList: (file: File) => sendFor(`/api/v1/staff/intake/orders?name=${encodeURIComponent(file.name)}`, file, READING) as Promise<ImportPreview>,
  /** `order`: whose photo it is; without it the file's name says it. */
  sendPhotos: (file: File, into: string, order = '') => sendFor(`/api/v1/staff/intake/photos?name=${encodeURIComponent(file.name)}&into=${into}&order=${order}`, file, READING) as Promise<ImportPreview>,
  preview: (id: string, verdict: string, from = 0) => get('/api/v1/staff/intake/{id}', { path: { id }, query: { verdict, from: from || undefined } }),
  /** `erased_too`: who was erased and would come back is meant to. */
  takePreview: (id: string, fingerprint: string, partial: boolean, erased_too = false) => post('/api/v1/staff/intake/{id}/take', { path: { id }, body: { fingerprint, partial, erased_too }, timeout: READING }),
  forgetPreview: (id: string) => remove('/api/v1/staff/intake/{id}', { path: { id } }),
  imports: () => get('/api/v1/staff/imports'),
  listColumns: () => get('/api/v1/staff/imports/columns'),
  syllabusGaps: () => get('/api/v1/staff/syllabus/gaps'),
  undoImport: (id: string) => post('/api/v1/staff/imports/{id}/undo', { path: { id }, timeout: READING }),
  syllabus: () => get('/api/v1/staff/syllabus'),
  /** `more`: other files of it follow, and it is read with the last. */
  sendSyllabus: (file: File, into: string, more: boolean) => sendFor(`/api/v1/staff/syllabus/previews?name=${encodeURIComponent(file.name)}&into=${into}&more=${more}`, file, READING) as Promise<SyllabusPreview>,
  syllabusPreview: (id: string, verdict: string, from = 0) => get('/api/v1/staff/syllabus/previews/{id}', { path: { id }, query: { verdict, from: from || undefined } }),
  takeSyllabus: (id: string, fingerprint: string) => post('/api/v1/staff/syllabus/previews/{id}/take', { path: { id }, body: { fingerprint }, timeout: READING }),
  forgetSyllabus: (id: string) => remove('/api/v1/staff/syllabus/previews/{id}', { path: { id } }),
  undoSyllabus: (id: string) => post('/api/v1/staff/syllabus/imports/{id}/undo', { path: { id }, timeout: READING }),
  takeByHand: (order: OrderByHand) => post('/api/v1/staff/orders', { body: order }),
  moveWindows: (whom: { order_id: string } | OrderFilter | null, how: { opens: string; closes: string; reason: string; try: boolean }) => post('/api/v1/staff/windows', { body: { ...whomOf(whom), ...how }, timeout: READING }),
  time: () => get('/api/v1/staff/time'),
  confirmTime: (time: string, sure = false) => post('/api/v1/staff/time', { body: { time, sure: sure || undefined } }),
  audit: () => get('/api/v1/staff/audit'),
  auditLines: (filter: AuditSearch, before?: number) => get('/api/v1/staff/audit/lines', { query: { ...filter, before } }),
  auditChoices: () => get('/api/v1/staff/audit/choices'),
  storage: () => get('/api/v1/staff/storage'),
  storageSeen: () => post('/api/v1/staff/storage/seen'),
  first: () => get('/api/v1/staff/setup/first'),
  setup: () => get('/api/v1/staff/setup'),
  finishStep: (step: SetupStepName, outcome: 'done' | 'not_needed') => post('/api/v1/staff/setup/steps/{step}', { path: { step }, body: { outcome } }),
  joinProvince: (enrolment: string) => post('/api/v1/staff/setup/province', { body: { enrolment } }),
  examine: () => post('/api/v1/staff/setup/checks', { timeout: EXAMINATION }),
  settings: () => get('/api/v1/staff/settings'),
  chooseSetting: (name: string, value: string, shown: string | undefined) => post('/api/v1/staff/settings/{name}', { path: { name }, body: { value, shown } }),
  resetSetting: (name: string) => remove('/api/v1/staff/settings/{name}', { path: { name } }),
  health: () => get('/api/v1/staff/health'),
  lookAtHealth: () => post('/api/v1/staff/health'),
  readFiles: () => post('/api/v1/staff/health/files'),
  serviceLog: (least: LogLevel) => get('/api/v1/staff/log', { query: { least } }),
  disturbed: () => get('/api/v1/staff/shut-down'),
  shutDown: (reason: string, shown: { running: number; preparing: number }) => post('/api/v1/staff/shut-down', { body: { reason, running: shown.running, preparing: shown.preparing } }),
  backups: () => get('/api/v1/staff/backups'),
  startBackup: () => post('/api/v1/staff/backups'),
  stopBackup: () => post('/api/v1/staff/backups/stop'),
  backupPlaces: () => get('/api/v1/staff/backups/places'),
  useBackupPlace: (place: string) => post('/api/v1/staff/backups/place', { body: { place } }),
  newBackupKey: (replace: boolean) => post('/api/v1/staff/backups/key', { body: { replace } }),
  keepBackupKey: (end: string) => post('/api/v1/staff/backups/key/keep', { body: { end } }),
  rehearsal: () => get('/api/v1/staff/rehearsal'),
  startRehearsal: (plan: RehearsalPlan) => post('/api/v1/staff/rehearsal', { body: plan }),
  stopRehearsal: (id: string) => post('/api/v1/staff/rehearsal/{id}/stop', { path: { id } }),
  turns: () => get('/api/v1/staff/turns'),
  withoutTurn: (who: string) => get('/api/v1/staff/turns/without', { query: { who } }),
  addHall: (name: string) => post('/api/v1/staff/halls', { body: { name } }),
  renameHall: (number: number, name: string) => post('/api/v1/staff/halls/{number}/name', { path: { number: `${number}` }, body: { name } }),
  closeHall: (number: number) => remove('/api/v1/staff/halls/{number}', { path: { number: `${number}` } }),
  previewTurns: (change: TurnsChange) => post('/api/v1/staff/turns/preview', { body: change }),
  saveTurns: (change: TurnsChange & { fingerprint: string }) => post('/api/v1/staff/turns/save', { body: change }),
  /** `known`: what was done at the turn last, as this page shows it. */
  turnStep: (id: string, step: TurnStep, known: number) => post(`/api/v1/staff/turns/{id}/${step}`, { path: { id }, body: { known } }),
  screen: () => get('/api/v1/staff/screen'),
  previewParcel: ({ install, sequence }: Parcel) => post('/api/v1/staff/parcels/{install}/{sequence}/preview', { path: { install, sequence: String(sequence) }, timeout: READING }),
  refuseParcel: ({ install, sequence }: Parcel, reason: string) => post('/api/v1/staff/parcels/{install}/{sequence}/refuse', { path: { install, sequence: String(sequence) }, body: { reason } }),
  sync: () => get('/api/v1/staff/sync'),
  room: () => get('/api/v1/staff/room'),
  sendNow: (marked: boolean) => post('/api/v1/staff/sync', { query: { marked: marked || undefined } }),
}

/** The stream that tells of changes on the board. */
export const boardEvents = url('/api/v1/staff/board/events')
/** The stream of what the call screen shows. */
export const screenEvents = url('/api/v1/staff/screen/events')

/** What the browser itself fetches of an order. */
export const orderUrls = {
  photo: (id: string) => url('/api/v1/staff/orders/{id}/photo', { id }),
  sample: () => url('/api/v1/staff/imports/sample'),
  consentPaper: (id: string) => url('/api/v1/staff/orders/{id}/consent-paper', { id }),
  previewPhoto: (id: string, row: number) => url('/api/v1/staff/intake/{id}/photos/{row}', { id, row: `${row}` }),
}

/** What the browser itself fetches of a question. */
export const scoreUrls = {
  bank: (id: string) => url('/api/v1/staff/syllabus/questions/{id}/score', { id }),
  preview: (id: string, row: number) => url('/api/v1/staff/syllabus/previews/{id}/scores/{row}', { id, row: `${row}` }),
}

/** A score of an emergency pack, for its print. */
export const packScoreUrl = (id: string, file: string) => url('/api/v1/staff/packs/{id}/scores/{file}', { id, file })

/** Where the lines that the filter chooses are had as a file. */
export function auditExport(as: 'csv' | 'xlsx', filter: AuditSearch): string {
  const given = Object.entries({ as, ...filter }).filter(([, value]) => value !== '')
  return `${url('/api/v1/staff/audit/export')}?${new URLSearchParams(given)}`
}
/** The orders that the filter chooses, as a workbook. */
export function ordersWorkbookUrl(filter: OrderFilter): string {
  const given = Object.entries(filter).filter(([, value]) => value !== '' && value !== false)
  return `${url('/api/v1/staff/orders/workbook')}?${new URLSearchParams(given.map(([name, value]) => [name, `${value}`]))}`
}

/** The file for whoever helps from afar. */
export const supportUrl = url('/api/v1/staff/support')

/** The day as a workbook. */
export const workbookUrl = (scope: Scope) => `${url('/api/v1/staff/day/workbook')}?${searchOf(scope)}`

/** The results as a workbook. */
export const resultsWorkbookUrl = (scope: Scope, sort: ResultSort | '') => `${url('/api/v1/staff/results/workbook')}?${searchOf(scope)}${sort && `&sort=${sort}`}`

/** The addresses of a clip's pictures, for a reviewer too, who may not know whose clip it is. */
export const reviewUrls = {
  video: (id: string, rendition: boolean) => `${url('/api/v1/staff/clips/{id}/video', { id })}${rendition ? '?as=rendition' : ''}`,
  photo: (id: string) => url('/api/v1/staff/clips/{id}/photo', { id }),
  frame: (sha256: string) => url('/api/v1/staff/evidence/{sha256}', { sha256 }),
  sheet: (id: string) => url('/api/v1/staff/clips/{id}/sheet', { id }),
  question: (id: string) => url('/api/v1/staff/review/{id}/question', { id }),
}

/** The same for the desk's view of a clip. */
export const urls = {
  video: (clip: ReviewedClip, rendition: boolean) => reviewUrls.video(clip.id, rendition),
  photo: (clip: ReviewedClip) => reviewUrls.photo(clip.id),
  evidence: (_clip: ReviewedClip, frame: string) => reviewUrls.frame(frame),
}
