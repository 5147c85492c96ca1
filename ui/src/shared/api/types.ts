// Names for what the two servers say. The shapes are generated from the
// servers' descriptions (npm run generate); times are RFC 3339 with offset,
// sizes bytes, identifiers opaque.

import type { Sure } from './client'
import type { components, paths } from './openapi'
import type { components as provinceComponents } from './openapi-province'

type Schemas = components['schemas']
type ProvinceSchemas = provinceComponents['schemas']

export type Order = Sure<Schemas['OrderBody']>
export type OrderStatus = Order['status']
export type Rules = Sure<Schemas['RulesOutputBody']>
export type Attempt = Sure<Schemas['AttemptBody']>
export type AttemptState = Attempt['state']
export type AttemptItem = Attempt['items'][number]
export type Clip = Sure<Schemas['ClipBody']>
export type ClipState = Clip['state']

/** Who is logged in, as the log-in itself says it; the device is known a question later. */
export type Me = Sure<Schemas['PersonBody'] & Partial<Schemas['MeBody']>>

/** Who is logged in at a desk. */
export type DeskMe = Sure<Schemas['StaffMeBody'] | ProvinceSchemas['MeBody']>

/** Who is logged in at the province's desk, and a line of its audit log. */
export type ProvinceMe = Sure<ProvinceSchemas['MeBody']>
export type ProvinceLine = Sure<ProvinceSchemas['AuditLineBody']>

/** What a QR code opened (R4). */
export type Entry = Sure<Schemas['EntryBody']>
export type CentreInfo = Sure<Schemas['CentreBody']>
/** A loan phone as the centre knows it, a video that it has, and what it found and removed. */
export type LoanTold = Sure<Schemas['LoanBody']>
export type HeldVideo = Sure<Schemas['HeldBody']>
export type LoanPart = Sure<Schemas['PartBody']>
export type LoanRemoved = Omit<Sure<Schemas['ClearedInputBody']>, 'loan'>
/** A loan phone at the desk, its last loan, and the link that binds it. */
export type LoanPhone = Sure<Schemas['LoanPhoneBody']>
export type Loan = NonNullable<LoanPhone['loan']>
export type LoanLink = Sure<Schemas['LoanLinkOutputBody']>
export type Pass = Sure<Schemas['NewPassBody']>
export type Help = Sure<Schemas['HelpBody']>
export type HelpState = Sure<Schemas['HelpState']>
export type HelpAnswer = Help['answers'][number]
export type HelpAnswerKind = HelpAnswer['kind']
export type HelpReason = NonNullable<Help['reason']>
export type HelpCall = Sure<Schemas['HelpCallBody']>
export type Lock = Sure<Schemas['LockBody']>
export type DeskDevice = Sure<Schemas['AllowedBody']>

export type Finding = Sure<Schemas['FindingBody']>
export type Verdict = Finding['verdict']

/** What orders come to. */
export type Results = Sure<Schemas['ResultsBody']>
export type Result = Results['results'][number]
export type ResultItem = Result['items'][number]
export type ResultOutcome = NonNullable<Result['outcome']>
export type ExaminerRecord = Sure<Schemas['ExaminersBody']>['examiners'][number]
/** How examiners hold the committee's standard. */
export type Checked = Sure<Schemas['CheckedBody']>
export type CheckedExaminer = Checked['examiners'][number]
export type ResultOffer = Results['confirm']
/** A list that a committee confirmed, and the same with its results, to print. */
export type ResultListInfo = Sure<Schemas['ResultListBody']>
export type ResultPrint = Sure<Schemas['PrintedListBody']>
export type NewResultList = Schemas['ConfirmResultsInputBody']
export type ResultSort = Results['sorts'][number]['sort']

export type StaffAttempt = Sure<Schemas['BoardBody']>
export type ExtraTime = Schemas['ExtraTimeInputBody']
export type ExtraTimeForAll = Schemas['ExtraTimeForAllInputBody']
export type ExtraTimeAnswer = Sure<Schemas['ExtraTimeBody']>
export type StaffItem = StaffAttempt['items'][number]
export type ClockState = Sure<Schemas['ClockState']>
export type StorageState = Sure<Schemas['StorageState']>
export type AuditState = Sure<Schemas['AuditState']>
export type SyncState = Sure<Schemas['Status']>
export type Parcel = SyncState['parcels'][number]
export type SentBatch = SyncState['batches'][number]
export type Turn = Sure<Schemas['TurnBody']>
export type TurnsChange = Schemas['TurnsChange']
export type TurnsPreview = Sure<Schemas['PreviewTurnsBody']>
export type Hall = Sure<Schemas['HallBody']>
export type CallScreen = Sure<Schemas['ScreenBody']>
export type ScreenCall = CallScreen['calls'][number]
export type Room = Sure<Schemas['RoomBody']>
export type LoggedLine = Sure<Schemas['AuditLineBody']>
export type Account = Sure<Schemas['AccountBody']>
export type StaffSession = Account['sessions'][number]
export type Proposal = Sure<Schemas['ProposalBody']>
export type ProposalKind = Proposal['kind']
/** What is to be done; its kind says which fields there are. */
export type ProposalArgs = Record<string, unknown>
export type Invitation = Sure<Schemas['InvitationBody']>
export type StaffRole = Invitation['role']
export type OrderRow = Sure<Schemas['RegisteredRow']>
export type ImportPreview = Sure<Schemas['PreviewBody']>
export type PreviewRow = ImportPreview['rows'][number]
export type ImportProblem = PreviewRow['problems'][number]
export type TakenIn = Sure<Schemas['TakenOutputBody']>
export type ImportRecord = Sure<Schemas['ImportBody']>
export type ListColumn = Sure<Schemas['ColumnBody']>
export type SyllabusGaps = Sure<Schemas['GapsBody']>
export type WindowsMoved = Sure<Schemas['WindowsBody']>
export type OrderByHand = Schemas['HandInputBody']
/** Where a guardian is reached; looking at it is noted. */
export type GuardianContact = Sure<Schemas['ContactOutputBody']>
export type RegisteredOrder = Sure<Schemas['RegisteredBody']>
export type SetupState = Sure<Schemas['SetupBody']>
export type SetupStepName = Exclude<SetupState['steps'][number]['name'], 'account'>
export type MachineCheck = Sure<Schemas['MachineCheck']>
export type Setting = Sure<Schemas['Setting']>
export type Job = Sure<Schemas['JobBody']>

export type CheckInOrder = Sure<Schemas['CheckInOrder']>
/** Of a look through the desk's camera (the route's answer is described in words only). */
export interface FaceHint {
  verdict: 'pass' | 'warn' | 'fail' | 'cannot_tell'
  note?: string
}
export type CheckIns = Sure<Schemas['CheckInsOutputBody']>
export type CheckInDocument = NonNullable<NonNullable<CheckInOrder['check_in']>['document']>
export type NewCheckIn = Omit<Schemas['CheckInInputBody'], 'document'> & { document?: CheckInDocument }

export type Choices = Sure<Schemas['ChoicesBody']>
export type Day = Sure<Schemas['DayBody']>
export type DayStatus = Day['counts'][number]['status']
export type DayNotice = Day['notices'][number]['notice']
export type DayOrder = Sure<Schemas['DayOrder']>
export type DayOrders = Sure<Schemas['DayOrdersOutputBody']>
export type DayRecord = Sure<Schemas['DayRecordBody']>

export type Syllabus = Sure<Schemas['SyllabusBody']>
/** What taking a syllabus in would do. */
export type SyllabusPreview = Sure<Schemas['SyllabusPreviewBody']>
/** 应急包: what was drawn in advance, to be printed and sealed. */
export type EmergencyPack = Sure<Schemas['PackBody']>
export type Papers = Sure<Schemas['PapersBody']>
export type Paper = Papers['papers'][number]
export type Poster = Sure<Schemas['PosterBody']>

export type ReviewQuery = NonNullable<paths['/api/v1/staff/review']['get']['parameters']['query']>

/** The centre's copies elsewhere. */
export type BackupState = Sure<Schemas['BackupState']>
export type HealthState = Sure<Schemas['HealthState']>
export type HealthFiles = Sure<Schemas['HealthFiles']>
export type LogLevel = Schemas['LogLine']['level']
export type Ending = Sure<Schemas['ShutDownBody']>
export type HealthCheck = Sure<Schemas['HealthCheck']>
export type BackupKey = Sure<Schemas['BackupKey']>

/** What staff say of a rehearsal. */
export type RehearsalPlan = Sure<Schemas['RehearsalPlan']>
export type RehearsalNow = Sure<Schemas['RehearsalNow']>
export type RehearsalPhone = Sure<Schemas['RehearsalPhone']>
export type RehearsalRecord = Sure<Schemas['RehearsalRecord']>

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
export type NewDecision = Schemas['Decision']
export type NewMark = Schemas['MarkInputBody']

// The province's own.

export type Centre = Sure<ProvinceSchemas['CentreBody']>
export type Notice = Sure<ProvinceSchemas['NoticeBody']>
export type ExpectedDay = Sure<ProvinceSchemas['ExpectedDay']>

export type MissingOrder = Sure<ProvinceSchemas['MissingOrder']>

/** What the province sent down to a centre. */
export type SentParcel = Sure<ProvinceSchemas['ParcelBody']>
export type ReceivedBatch = Sure<ProvinceSchemas['BatchBody']>
export type ProvinceClip = Sure<ProvinceSchemas['ClipBody']>
export type ProvinceOrder = Sure<ProvinceSchemas['OrderBody']>

/** What both desks know of a clip. */
export type ReviewedClip = Pick<ReviewClip, keyof ReviewClip & keyof ProvinceClip> & Pick<ReviewClip, 'freed_at'> & { photo?: boolean }

/** A finding in a list, with its own verdict. */
export interface Doubt {
  kind: string
  verdict: string
}
/** A clip as both desks' lists show it; doubts are the findings that are not a pass. */
export type ClipRow = Pick<ReviewRow, 'id' | 'item' | 'subject' | 'grade' | 'state' | 'size' | 'received_at' | 'worst' | 'candidate'> & { doubts: readonly Doubt[] }
