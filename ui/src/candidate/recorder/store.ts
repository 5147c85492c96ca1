// What was recorded, on the phone itself until the server has it: every
// second is a record of its own, so that a killed tab loses one second at
// most. Bytes, not Blobs: some browsers keep no Blob in a private window.

import { openDB, type DBSchema, type IDBPDatabase } from 'idb'

export interface Kept {
  attempt: string
  item: string
  /** Of the file that is made of it; it names this recording and no other. */
  name: string
  type: string
  begun: number
  /** Where each second ends, in bytes. */
  ends: number[]
  bytes: number
}

interface Tables extends DBSchema {
  recordings: { key: [string, string]; value: Kept }
  chunks: { key: [string, string, string, number]; value: ArrayBuffer }
}

/** A recording is of use while its attempt runs; on a borrowed phone nothing stays longer than a day. */
const KEEP = 86_400_000

let opened: Promise<IDBPDatabase<Tables>> | null = null

function open(): Promise<IDBPDatabase<Tables>> {
  const forget = () => (opened = null)
  opened ??= openDB<Tables>('kaodian-recorder', 2, {
    upgrade(db, before) {
      if (before === 1) {
        db.deleteObjectStore('recordings')
        db.deleteObjectStore('chunks')
      }
      db.createObjectStore('recordings', { keyPath: ['attempt', 'item'] })
      db.createObjectStore('chunks')
    },
    terminated: forget, // iPhones close it behind a page's back
  }).catch((thrown: unknown) => {
    forget()
    throw thrown
  })
  return opened
}

/** Of an item, or of exactly one of its recordings. */
const chunksOf = (attempt: string, item: string, name?: string) =>
  name === undefined ? IDBKeyRange.bound([attempt, item], [attempt, item, []]) : IDBKeyRange.bound([attempt, item, name, 0], [attempt, item, name, Infinity])

/** Begins a recording; it takes the place of the item's earlier one. */
export async function begin(attempt: string, item: string, name: string, type: string): Promise<Kept> {
  const kept: Kept = { attempt, item, name, type, begun: Date.now(), ends: [], bytes: 0 }
  const tx = (await open()).transaction(['recordings', 'chunks'], 'readwrite')
  await Promise.all([tx.objectStore('chunks').delete(chunksOf(attempt, item)), tx.objectStore('recordings').put(kept), tx.done])
  return kept
}

/** Another tab of this phone began the item anew, and its recording took this one's place. */
export class Superseded extends Error {}

/** Writes the next second. It counts only when the phone has it. */
export async function append(kept: Kept, chunk: Blob): Promise<void> {
  const bytes = await chunk.arrayBuffer()
  const end = kept.bytes + bytes.byteLength
  const longer = { ...kept, ends: [...kept.ends, end], bytes: end }
  const tx = (await open()).transaction(['recordings', 'chunks'], 'readwrite', { durability: 'strict' })
  const present = await tx.objectStore('recordings').get([kept.attempt, kept.item])
  if (present?.name === kept.name) {
    await Promise.all([tx.objectStore('chunks').put(bytes, [kept.attempt, kept.item, kept.name, kept.ends.length]), tx.objectStore('recordings').put(longer)])
  }
  await tx.done
  if (present?.name !== kept.name) throw new Superseded()
  Object.assign(kept, longer)
}

/** What this phone has of an attempt; empty beginnings and what is too old are dropped. */
export async function keptOf(attempt: string, now = Date.now()): Promise<Kept[]> {
  const all = await (await open()).getAll('recordings')
  const old = all.filter((kept) => now - kept.begun > KEEP)
  for (const kept of old) await drop(kept)
  return all.filter((kept) => kept.attempt === attempt && kept.bytes > 0 && !old.includes(kept))
}

/** All that this phone has of any attempt. */
export async function allKept(): Promise<Kept[]> {
  return (await (await open()).getAll('recordings')).filter(({ bytes }) => bytes > 0)
}

/** Removes everything; what there was. */
export async function removeAll(): Promise<{ recordings: number; bytes: number }> {
  const tx = (await open()).transaction(['recordings', 'chunks'], 'readwrite', { durability: 'strict' })
  const all = await tx.objectStore('recordings').getAll()
  await Promise.all([tx.objectStore('recordings').clear(), tx.objectStore('chunks').clear(), tx.done])
  return { recordings: all.length, bytes: all.reduce((sum, { bytes }) => sum + bytes, 0) }
}

/** Whether the phone still has every second of it. */
export async function isWhole(kept: Kept): Promise<boolean> {
  return (await (await open()).count('chunks', chunksOf(kept.attempt, kept.item, kept.name))) === kept.ends.length
}

/** The file of a recording: the same bytes every time, so that a broken upload goes on. */
export async function fileOf(kept: Kept): Promise<File> {
  return new File([await pieceOf(kept, 0, kept.bytes)], kept.name, { type: kept.type, lastModified: kept.begun })
}

/** The bytes from start to end. What the phone has lost cannot be read, and says so. */
export async function pieceOf(kept: Kept, start: number, end: number): Promise<Blob> {
  // One transaction: dropping the recording meanwhile waits for its end.
  const chunks = (await open()).transaction('chunks').store
  const parts: Blob[] = []
  for (const [n, until] of kept.ends.entries()) {
    const from = kept.ends[n - 1] ?? 0
    if (until <= start || from >= end) continue
    const bytes = await chunks.get([kept.attempt, kept.item, kept.name, n])
    if (!bytes) throw new Error(`second ${n} of the recording could not be read`)
    parts.push(new Blob([bytes.slice(Math.max(0, start - from), end - from)]))
  }
  return new Blob(parts)
}

/** Drops exactly this recording, not a later one of the same item. */
export async function drop(kept: Kept): Promise<void> {
  const tx = (await open()).transaction(['recordings', 'chunks'], 'readwrite')
  const present = await tx.objectStore('recordings').get([kept.attempt, kept.item])
  if (present?.name === kept.name) {
    await tx.objectStore('recordings').delete([kept.attempt, kept.item])
    await tx.objectStore('chunks').delete(chunksOf(kept.attempt, kept.item, kept.name))
  }
  await tx.done
}
