// What a desk keeps on its own device: the list of today, for when the line is
// gone, and the check-ins that the server does not have yet. No ID number is in
// either. The list goes with the log-out; a check-in goes when the server has it.
import { openDB, type DBSchema, type IDBPDatabase } from 'idb'
import type { CheckInDocument, CheckIns } from '../../shared/api/types'

export interface Waiting {
  /** The act's own name: sent twice it counts once. */
  id: string
  order: string
  ticket: string
  name: string
  /** When the ticket was read, by the server's clock as far as it is known. */
  at: string
  document?: CheckInDocument
  /** Who checked in; only the same account sends it without being asked. */
  by: string
  /** The code of the server's refusal, once it is known; it stays until it was read. */
  refused?: string
}

export interface Day {
  account: string
  list: CheckIns
}

interface Tables extends DBSchema {
  day: { key: 'today'; value: Day }
  waiting: { key: string; value: Waiting }
}

let opened: Promise<IDBPDatabase<Tables>> | null = null

function open(): Promise<IDBPDatabase<Tables>> {
  const forget = () => (opened = null)
  opened ??= openDB<Tables>('kaodian-checkin', 1, {
    upgrade(db) {
      db.createObjectStore('day')
      db.createObjectStore('waiting', { keyPath: 'id' })
    },
    terminated: forget,
  }).catch((thrown: unknown) => {
    forget()
    throw thrown
  })
  return opened
}

export const keepDay = async (day: Day) => void (await (await open()).put('day', day, 'today'))
export const dayOf = async (account: string) => {
  const day = await (await open()).get('day', 'today')
  if (day && account && day.account !== account) await forgetDay() // whoever was here did not log out
  return day?.account === account ? day.list : null
}
export const forgetDay = async () => (await open()).delete('day', 'today')

/** Is on the disk when it returns. */
export async function keep(one: Waiting): Promise<void> {
  const tx = (await open()).transaction('waiting', 'readwrite', { durability: 'strict' })
  await Promise.all([tx.store.put({ ...one }), tx.done])
}
export const drop = async (id: string) => (await open()).delete('waiting', id)
export const allWaiting = async () => (await open()).getAll('waiting')
