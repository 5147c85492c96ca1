// The staff's calls of the centre's API, all in one place.

import { get, post, remove } from '../shared/api/http'
import type { ClipPage, ClockState, DeskDevice, ExtraTime, AnnouncementPart, ExtraTimeAnswer, Freed, Heard, HelpAnswerKind, HelpCall, Identity, Job, Lock, Me, NewDecision, NewDeparture, NewMark, ReviewClip, ReviewedClip, ReviewQueue, Room, StaffAttempt, StaffClip, StorageState, SyncState } from '../shared/api/types'

const base = '/api/v1/staff'
const id = encodeURIComponent

/** Clips on one page of the list. */
const PAGE = 25

/** Which clips the queue shows; what is empty chooses all. */
export interface ReviewFilter {
  state: string
  subject: string
  verdict: string
  grade: string
  /** Part of a name or ticket number, or the exam code; examiners may not ask (R21). */
  who: string
  open: boolean
  unmarked: boolean
  /** What is in a batch has left the queue. */
  sealed: 'no' | 'yes' | 'all'
}

function asked(filter: ReviewFilter, after = ''): string {
  const query = new URLSearchParams({ limit: `${PAGE}` })
  for (const [name, value] of Object.entries({ ...filter, after })) if (value) query.set(name, `${value}`)
  return query.toString()
}

export const api = {
  login: (name: string, password: string) => post<Me>(`${base}/login`, { name, password }),
  logout: () => post(`${base}/logout`),
  me: () => get<Me>(`${base}/me`),
  attempts: () => get<StaffAttempt[]>(`${base}/attempts`),
  giveTime: (attempt: string, time: ExtraTime) => post(`${base}/attempts/${id(attempt)}/extra-time`, time),
  giveAllTime: (time: ExtraTime & { ran_at?: string }) => post<ExtraTimeAnswer>(`${base}/extra-time`, time),
  clips: (before?: string) => get<ClipPage<StaffClip>>(`${base}/clips?limit=${PAGE}${before ? `&before=${id(before)}` : ''}`),
  clip: (clip: string) => get<StaffClip>(`${base}/clips/${id(clip)}`),
  help: () => get<HelpCall[]>(`${base}/help`),
  answerHelp: (call: string, kind: HelpAnswerKind, text?: string) => post(`${base}/help/${id(call)}/answer`, { kind, text }),
  closeHelp: (call: string) => post(`${base}/help/${id(call)}/done`),
  devices: () => get<DeskDevice[]>(`${base}/devices`),
  allowDevice: (number: string) => post(`${base}/devices`, { number }),
  withdrawDevice: (number: string) => remove(`${base}/devices/${id(number)}`),
  locks: () => get<Lock[]>(`${base}/locks`),
  unlock: (account: string) => post(`${base}/locks/lift`, { account }),
  jobs: () => get<Job[]>(`${base}/jobs`),
  retry: (job: string) => post(`${base}/jobs/${id(job)}/retry`),
  review: (filter: ReviewFilter, after?: string) => get<ReviewQueue>(`${base}/review?${asked(filter, after)}`),
  reviewClip: (clip: string) => get<ReviewClip>(`${base}/review/${id(clip)}`),
  identity: (clip: string) => get<Identity>(`${base}/review/${id(clip)}/identity`),
  hear: (clip: string, part: AnnouncementPart, heard?: Heard) => post(`${base}/review/${id(clip)}/announcement`, { part, heard }),
  depart: (clip: string, departure: NewDeparture) => post(`${base}/review/${id(clip)}/departures`, departure),
  withdraw: (clip: string, departure: string) => remove(`${base}/review/${id(clip)}/departures/${id(departure)}`),
  decide: (clip: string, decision: NewDecision) => post(`${base}/review/${id(clip)}/decisions`, decision),
  undo: (clip: string, decision: string, reason: string) => post(`${base}/review/${id(clip)}/decisions/${id(decision)}/undo`, { reason }),
  mark: (clip: string, mark: NewMark) => post(`${base}/review/${id(clip)}/marks`, mark),
  time: () => get<ClockState>(`${base}/time`),
  confirmTime: (at: string) => post<ClockState>(`${base}/time`, { time: at }),
  storage: () => get<StorageState>(`${base}/storage`),
  storageSeen: () => post<StorageState>(`${base}/storage/seen`),
  sync: () => get<SyncState>(`${base}/sync`),
  room: () => get<Room>(`${base}/room`),
  freeRoom: (reason: string) => post<Freed>(`${base}/room/free`, { reason }),
  sendNow: (marked: boolean) => post(`${base}/sync${marked ? '?marked=true' : ''}`),
}

/** Where a clip's pictures are. */
export const urls = {
  video: (clip: ReviewedClip, rendition: boolean) => `${base}/clips/${id(clip.id)}/video${rendition ? '?as=rendition' : ''}`,
  photo: (clip: ReviewedClip) => `${base}/clips/${id(clip.id)}/photo`,
  evidence: (_clip: ReviewedClip, frame: string) => `${base}/evidence/${id(frame)}`,
}

/** The same for a reviewer, who may not know whose clip it is. */
export const reviewUrls = {
  video: (clip: string, rendition: boolean) => `${base}/clips/${id(clip)}/video${rendition ? '?as=rendition' : ''}`,
  photo: (clip: string) => `${base}/clips/${id(clip)}/photo`,
  frame: (frame: string) => `${base}/evidence/${id(frame)}`,
  sheet: (clip: string) => `${base}/clips/${id(clip)}/sheet`,
  question: (clip: string) => `${base}/review/${id(clip)}/question`,
}
