// How much one request carries. The centre acknowledges a request as a whole,
// and only what it acknowledged is safe: on a slow line parts are small, so
// that the progress moves and little is sent twice; on a fast one they are
// large, because each costs the centre a sync of its disk.

const FIRST = 64 * 1024
export const MIN_BYTES = 64 * 1024
const MAX_BYTES = 8 * 1024 * 1024
/** Milliseconds that a part should take. */
const TAKES = 3000
/** A part is at most so many times as large as the one before: one quick answer proves little. */
const GROWS = 4

export class PartSize {
  private bytes = FIRST

  get now(): number {
    return this.bytes
  }

  /** Another file begins: the line may have become slow since, and one large part would show nothing until its end. */
  begins(): void {
    this.bytes = Math.min(this.bytes, FIRST * GROWS)
  }

  /** So many bytes were acknowledged after so many milliseconds. */
  took(bytes: number, time: number): void {
    const fit = (bytes / Math.max(1, time)) * TAKES
    this.bytes = Math.round(Math.min(MAX_BYTES, this.bytes * GROWS, Math.max(MIN_BYTES, fit)))
  }

  /** A part did not get through. */
  failed(): void {
    this.bytes = Math.max(MIN_BYTES, Math.round(this.bytes / GROWS))
  }
}
