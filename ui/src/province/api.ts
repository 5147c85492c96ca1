// The calls of the province's API, all in one place.

import { get, post } from '../shared/api/http'
import type { Centre, ClipPage, Me, Notice, ProvinceClip, ReceivedBatch, ReviewedClip } from '../shared/api/types'

const base = '/api/v1'
const id = encodeURIComponent

/** Clips on one page of the list. */
const PAGE = 25

/** Which clips: of a centre, or of one batch of it. */
export interface Choice {
  centre: string
  install?: string
  sequence?: number
}

function clipsPath(choice: Choice, before?: string): string {
  const query = new URLSearchParams({ centre: choice.centre, limit: String(PAGE) })
  if (choice.install) query.set('install', choice.install)
  if (choice.sequence !== undefined) query.set('sequence', String(choice.sequence))
  if (before) query.set('before', before)
  return `${base}/clips?${query.toString()}`
}

export const api = {
  login: (name: string, password: string) => post<Me>(`${base}/login`, { name, password }),
  logout: () => post(`${base}/logout`),
  me: () => get<Me>(`${base}/me`),
  centres: () => get<Centre[]>(`${base}/centres`),
  notices: () => get<Notice[]>(`${base}/notices`),
  batches: (centre: string) => get<ReceivedBatch[]>(`${base}/batches?centre=${id(centre)}`),
  clips: (choice: Choice, before?: string) => get<ClipPage<ProvinceClip>>(clipsPath(choice, before)),
}

/** Where a clip's pictures are. */
export const urls = {
  video: (clip: ReviewedClip, rendition: boolean) => `${base}/clips/${id(clip.id)}/video${rendition ? '?as=rendition' : ''}`,
  photo: (clip: ReviewedClip) => `${base}/clips/${id(clip.id)}/photo`,
  evidence: (_clip: ReviewedClip, frame: string) => `${base}/evidence/${id(frame)}`,
}
