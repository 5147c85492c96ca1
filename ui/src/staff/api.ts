// The staff's calls of the centre's API, all in one place.

import { get, post, remove } from '../shared/api/http'
import type { ClipPage, DeskDevice, ExtraTime, ExtraTimeAnswer, HelpCall, Job, Me, ReviewedClip, StaffAttempt, SyncState } from '../shared/api/types'

const base = '/api/v1/staff'
const id = encodeURIComponent

/** Clips on one page of the list. */
const PAGE = 25

export const api = {
  login: (name: string, password: string) => post<Me>(`${base}/login`, { name, password }),
  logout: () => post(`${base}/logout`),
  me: () => get<Me>(`${base}/me`),
  attempts: () => get<StaffAttempt[]>(`${base}/attempts`),
  giveTime: (attempt: string, time: ExtraTime) => post(`${base}/attempts/${id(attempt)}/extra-time`, time),
  giveAllTime: (time: ExtraTime & { ran_at?: string }) => post<ExtraTimeAnswer>(`${base}/extra-time`, time),
  clips: (before?: string) => get<ClipPage>(`${base}/clips?limit=${PAGE}${before ? `&before=${id(before)}` : ''}`),
  clip: (clip: string) => get<ReviewedClip>(`${base}/clips/${id(clip)}`),
  help: () => get<HelpCall[]>(`${base}/help`),
  answerHelp: (call: string, what: 'seen' | 'done') => post(`${base}/help/${id(call)}/${what}`),
  devices: () => get<DeskDevice[]>(`${base}/devices`),
  allowDevice: (number: string) => post(`${base}/devices`, { number }),
  withdrawDevice: (number: string) => remove(`${base}/devices/${id(number)}`),
  jobs: () => get<Job[]>(`${base}/jobs`),
  retry: (job: string) => post(`${base}/jobs/${id(job)}/retry`),
  sync: () => get<SyncState>(`${base}/sync`),
  sendNow: () => post(`${base}/sync`),
}

/** Where a clip's pictures are. */
export const urls = {
  video: (clip: ReviewedClip, rendition: boolean) => `${base}/clips/${id(clip.id)}/video${rendition ? '?as=rendition' : ''}`,
  photo: (clip: ReviewedClip) => `${base}/clips/${id(clip.id)}/photo`,
  evidence: (_clip: ReviewedClip, frame: string) => `${base}/evidence/${id(frame)}`,
}
