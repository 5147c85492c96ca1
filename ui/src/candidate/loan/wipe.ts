// Removes all that a candidate left in this browser. What only the server can
// remove, the log-in and its cookies, goes when it is told.

import { deleteDB } from 'idb'
import type { LoanRemoved } from '../../shared/api/types'
import { removeAll } from '../recorder/store'
import { PREFIX } from '../way/memory'
import { MARK } from './mark'

/** The phone's own: which phone it is, and the language of its page. */
const OWN = [PREFIX + MARK, `${PREFIX}language`]

/** Removes it and looks whether anything remains; what remains is an error. */
export async function wipe(): Promise<LoanRemoved> {
  const { recordings, bytes } = await removeAll()
  const files = (await dropAnswers()) + (await dropFolder()) + (await dropDatabases())
  const entries = dropEntries()
  const again = await removeAll()
  if (again.recordings > 0 || dropEntries() > 0) throw new Error('something remains in this browser')
  return { recordings, bytes, files, entries }
}

function dropEntries(): number {
  const kept = Object.keys(localStorage).filter((key) => !OWN.includes(key))
  for (const key of kept) localStorage.removeItem(key)
  const count = kept.length + sessionStorage.length
  sessionStorage.clear()
  return count
}

async function dropAnswers(): Promise<number> {
  const names = 'caches' in window ? await caches.keys() : [] // only by HTTPS
  for (const name of names) await caches.delete(name)
  return names.length
}

async function dropFolder(): Promise<number> {
  const folder = await navigator.storage?.getDirectory?.().catch(() => null)
  if (!folder) return 0
  const names: string[] = []
  for await (const name of (folder as unknown as { keys(): AsyncIterable<string> }).keys()) names.push(name)
  for (const name of names) await folder.removeEntry(name, { recursive: true })
  return names.length
}

/** Databases beside the recorder's own, which is empty by now. */
async function dropDatabases(): Promise<number> {
  const found = (await indexedDB.databases?.()) ?? []
  const names = found.map(({ name }) => name ?? '').filter((name) => name !== '' && name !== 'kaodian-recorder')
  for (const name of names) await deleteDB(name)
  return names.length
}
