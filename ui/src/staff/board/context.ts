// What the board knows beside its rows, for the row that is open: it changes
// with every answer, and no row is drawn anew for it.
import { inject, type InjectionKey, type ShallowRef } from 'vue'
import type { HelpCall, StaffAttempt } from '../../shared/api/types'

export interface BoardContext {
  /** Bytes a second of each upload that came between the last two answers. */
  readonly speeds: Readonly<ShallowRef<ReadonlyMap<string, number>>>
  readonly calls: () => readonly HelpCall[]
  /** The role of who is logged in. */
  readonly role: () => string
}

export const boardKey: InjectionKey<BoardContext> = Symbol('board')

export function useBoard(): BoardContext {
  const board = inject(boardKey)
  if (!board) throw new Error('this is shown on the board only')
  return board
}

interface Seen {
  bytes: number
  at: number
}

/** How fast each upload came between the last two answers. */
export class Speeds {
  private seen = new Map<string, Seen>()

  learn(attempts: readonly StaffAttempt[]): Map<string, number> {
    const seen = new Map<string, Seen>()
    const speeds = new Map<string, number>()
    for (const { items, server_time: at } of attempts) {
      for (const { receiving } of items) {
        if (!receiving) continue
        const now = { bytes: Math.max(receiving.offset, receiving.arrived ?? 0), at: Date.parse(at) }
        const before = this.seen.get(receiving.upload_id)
        seen.set(receiving.upload_id, now)
        if (before && now.at > before.at) speeds.set(receiving.upload_id, Math.max(0, ((now.bytes - before.bytes) / (now.at - before.at)) * 1000))
      }
    }
    this.seen = seen
    return speeds
  }
}
