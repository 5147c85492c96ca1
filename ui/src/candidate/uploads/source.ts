// What an upload sends: a chosen file, or a recording of the page, which may
// still be going on (R23).

/** A recording: its bytes are read piece by piece, and its end may not be known yet. */
export interface Recorded {
  readonly name: string
  readonly type: string
  /** Bytes so far. */
  readonly size: number
  readonly growing: boolean
  /** Waits until there is something from `start` on, or the end is known; `done` with the last bytes. */
  slice(start: number, end: number): Promise<{ value: Blob | null; done: boolean }>
  /** Ends every wait with an error. */
  interrupt(): void
}

export type Source = File | Recorded

export const isRecorded = (source: Source): source is Recorded => 'growing' in source

export const isGrowing = (source: Source): boolean => isRecorded(source) && source.growing
