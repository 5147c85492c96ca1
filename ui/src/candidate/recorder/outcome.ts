// What became of a take that broke off (R28): where its bytes are, whether it
// counts, and what is best done next.

import type { AttemptItem } from '../../shared/api/types'
import type { Job } from '../uploads/queue'
import type { End } from './recording'

/** A take that is over. */
export interface Taken {
  end: End
  /** Of its file, by which the server's clip is known again. */
  name: string
  bytes: number
  seconds: number
  /** It would replace a clip, so a person decides. */
  asks: boolean
}

/** Which sentence: candidate.record.became_…. */
export type Became = 'nothing' | 'replaced' | 'moved' | 'received' | 'asks' | 'sending' | 'waiting' | 'failed' | 'kept'

export interface Outcome {
  became: Became
  /** Bytes that the server has. */
  safe: number
  /** Whether an earlier clip stands unchanged. */
  stands: boolean
}

export function outcomeOf(taken: Taken, item: AttemptItem, job: Job | undefined): Outcome {
  const received = item.clip?.name === taken.name && item.clip.size === taken.bytes
  const safe = Math.min(taken.bytes, received ? taken.bytes : Math.max(job?.sent ?? 0, item.receiving?.offset ?? 0))
  return { became: becameOf(taken, job, received), safe, stands: !!item.clip && !received }
}

function becameOf(taken: Taken, job: Job | undefined, received: boolean): Became {
  if (received) return 'received'
  if (taken.end === 'superseded') return 'replaced'
  if (taken.bytes === 0) return 'nothing'
  if (taken.end === 'moved') return 'moved'
  if (!job) return taken.asks ? 'asks' : 'kept'
  if (job.state === 'failed') return 'failed'
  return job.state === 'waiting' || job.state === 'paused' ? 'waiting' : 'sending'
}

/** Seconds beside the take's own length that a second one needs: to get ready, and to be sent. */
const TO_REPEAT = 90

/** Whether there is time to record the same once more. */
export const canRepeat = (taken: Taken, leftMs: number): boolean => leftMs / 1000 >= taken.seconds + TO_REPEAT
