// The recordings of an attempt that are on this phone only: offered after a
// reload or a killed tab, and dropped when the server shows the clip (R24).

import { onUnmounted, shallowRef, watch } from 'vue'
import type { Attempt, AttemptItem } from '../../shared/api/types'
import type { Kept } from '../recorder/store'
import type { AttemptSession } from './session'

/** The recorder is no part of the first load. */
const store = () => import('../recorder/store')
const recorded = () => import('../recorder/recorded')

/** Whether the server has it: no two recordings have the same name. A clip may stand at another item by now. */
export const hasArrived = (kept: Kept, attempt: Attempt): boolean =>
  attempt.items.some((item) => item.clip?.name === kept.name && item.clip.size === kept.bytes)

/** Bytes that the centre has of exactly this recording; null where what it has is of another file, or nothing. */
export function arrivedOfKept(kept: Kept, receiving: AttemptItem['receiving']): number | null {
  const same = receiving && (receiving.live ? receiving.offset <= kept.bytes : receiving.size === kept.bytes)
  return same ? receiving.offset : null
}

export function useKept(session: AttemptSession) {
  const kept = shallowRef<readonly Kept[]>([])
  const unreadable = shallowRef<string | null>(null)
  let left = false

  /** A phone that keeps nothing has nothing to offer. */
  async function load(): Promise<void> {
    const found = await store().then((s) => s.keptOf(session.id)).catch(() => [])
    if (left) return
    kept.value = found
    await tidy()
  }

  /** What the server has of it must not become a clip either. */
  async function drop(gone: Kept): Promise<void> {
    await remove(gone)
    await session.cancel(gone.item)
  }

  async function remove(gone: Kept): Promise<void> {
    kept.value = kept.value.filter((one) => one !== gone)
    await store().then((s) => s.drop(gone)).catch(() => undefined)
  }

  async function tidy(): Promise<void> {
    const attempt = session.attempt.value
    if (!attempt) return
    for (const one of kept.value.filter((known) => hasArrived(known, attempt))) await remove(one)
  }

  /** Sends it as a chosen file is sent; whether that could begin. */
  async function send(one: Kept): Promise<boolean> {
    const whole = await store().then((s) => s.isWhole(one)).catch(() => false)
    unreadable.value = whole ? null : one.item
    if (whole) void session.send(one.item, new (await recorded()).KeptRecording(one, false))
    return whole
  }

  const of = (item: string) => kept.value.find((one) => one.item === item)
  /** What waits for a word: not what is being sent. */
  const offered = (item: string) => (session.jobOf(item) ? undefined : of(item))

  watch(session.attempt, () => void tidy())
  onUnmounted(() => (left = true))
  void load()
  return { kept, unreadable, load, of, offered, send, drop }
}
