// What the two servers say, as the pages read it. The shapes are generated
// from the servers' descriptions (npm run generate); times are RFC 3339 with
// offset, sizes bytes, identifiers opaque.

import type { components } from './openapi'
import type { components as provinceComponents } from './openapi-province'

type Schemas = components['schemas']
type ProvinceSchemas = provinceComponents['schemas']

/** The servers send a list that is empty as [], never as null. */
type Sure<T> = NonNullable<T> extends (infer U)[] ? Sure<U>[] : T extends object ? { [K in keyof T]: Sure<T[K]> } : T

export type Order = Sure<Schemas['OrderBody']>
export type OrderStatus = Order['status']
export type Rules = Sure<Schemas['RulesOutputBody']>
export type Attempt = Sure<Schemas['AttemptBody']>
export type AttemptState = Attempt['state']
export type AttemptItem = Attempt['items'][number]
export type Clip = Sure<Schemas['ClipBody']>
export type ClipState = Clip['state']

/** Who is logged in; staff have a role, a candidate's page knows its device. */
export interface Me {
  name: string
  role?: string
  device?: Sure<Schemas['DeviceBody']>
}

/** What a QR code opened (R4). */
export type Entry = Sure<Schemas['EntryBody']>
export type CentreInfo = Sure<Schemas['CentreBody']>
export type Pass = Sure<Schemas['NewPassBody']>
export type Help = Sure<Schemas['HelpBody']>
export type HelpState = Sure<Schemas['HelpState']>
export type HelpAnswer = Help['answers'][number]
export type HelpAnswerKind = HelpAnswer['kind']
export type HelpReason = NonNullable<Help['reason']>
export type HelpCall = Sure<Schemas['HelpCallBody']>
export type Lock = Omit<Sure<Schemas['LockBody']>, 'device'> & { device?: string }
export type DeskDevice = Sure<Schemas['AllowedBody']>

export type Finding = Sure<Schemas['FindingBody']>
export type Verdict = Finding['verdict']

type Board = Sure<Schemas['BoardBody']>

export type StaffAttempt = Omit<Board, 'state'> & { state: AttemptState }
export type ExtraTime = Sure<Schemas['ExtraTime']>
export type ExtraTimeAnswer = Sure<Schemas['ExtraTimeBody']>
export type StaffItem = Board['items'][number]
export type StaffClip = Sure<Schemas['StaffClipBody']>
export type ClockState = Sure<Schemas['ClockState']>
export type StorageState = Sure<Schemas['StorageState']>
export type SyncState = Sure<Schemas['Status']>
export type SentBatch = SyncState['batches'][number]
export type Room = Sure<Schemas['RoomBody']>
export type Freed = Sure<Schemas['FreedBody']>
export type Job = Sure<Schemas['JobBody']>

export type ReviewQueue = Sure<Schemas['ReviewQueueBody']>
export type ReviewRow = ReviewQueue['clips'][number]
export type ReviewClip = Sure<Schemas['ReviewBody']>
export type AnnouncementPart = ReviewClip['announcement'][number]['part']
export type Heard = NonNullable<ReviewClip['announcement'][number]['heard']>
export type Departure = ReviewClip['departures'][number]
export type Decision = ReviewClip['decisions'][number]
export type Mark = ReviewClip['marks'][number]
export type Level = NonNullable<Mark['level']>
export type ReviewFact = ReviewClip['facts'][number]
export type Identity = Sure<Schemas['IdentityBody']>
export type NewDeparture = Schemas['MarkDepartureInputBody']
export type NewDecision = Schemas['DecideInputBody']
export type NewMark = Schemas['MarkInputBody']

/** What both desks know of a clip. */
export type ReviewedClip = Omit<StaffClip, 'playable' | 'decisions'>

export interface ClipPage<T extends ReviewedClip = ReviewedClip> {
  clips: T[]
  next?: string
}

// The province's own.

export type Centre = Sure<ProvinceSchemas['CentreBody']>
export type Notice = Sure<ProvinceSchemas['NoticeBody']>
export type ReceivedBatch = Sure<ProvinceSchemas['BatchBody']>
export type ProvinceClip = Sure<ProvinceSchemas['ClipBody']>
