// Whether a chosen file stands at another item already: chosen there, or received.

import type { AttemptItem } from '../../shared/api/types'
import { fingerprintOf } from './fingerprint'
import type { Job } from './queue'
import { isRecorded, type Source } from './source'

/** The other item that has it. A phone may give a copy of a file another name, so one that is here is looked into. */
export async function otherWith(file: File, item: string, items: readonly AttemptItem[], jobs: readonly Job[]): Promise<AttemptItem | undefined> {
  for (const other of items.filter(({ id }) => id !== item)) {
    if (other.clip?.name === file.name && other.clip.size === file.size) return other
    const job = jobs.find((one) => one.item === other.id && !one.tab)
    if (job && (await isSame(file, job.file))) return other
  }
  return undefined
}

async function isSame(file: File, sent: Source): Promise<boolean> {
  if (isRecorded(sent) || sent.size !== file.size) return false
  if (sent.name === file.name) return true
  const prints = await Promise.all([file, sent].map((one) => fingerprintOf('', '', one))).catch(() => null) // what cannot be read says so when it is sent
  return !!prints && prints[0] === prints[1]
}
