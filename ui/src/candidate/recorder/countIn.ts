// 3, 2, 1 before a take. The recording begins a whole second after the last
// tone has begun, so that no tone is in it.

const FROM = 3
const SECOND = 1000

export class CountIn {
  private timer: ReturnType<typeof setTimeout> | undefined
  private done: ((counted: boolean) => void) | null = null

  /** Calls `each` with 3, 2 and 1, a second apart; whether it came to its end. */
  run(each: (left: number) => void): Promise<boolean> {
    this.cancel()
    return new Promise((resolve) => {
      this.done = resolve
      this.step(FROM, each)
    })
  }

  cancel(): void {
    this.end(false)
  }

  private step(left: number, each: (left: number) => void): void {
    if (left === 0) return this.end(true)
    each(left)
    this.timer = setTimeout(() => this.step(left - 1, each), SECOND)
  }

  private end(counted: boolean): void {
    clearTimeout(this.timer)
    this.done?.(counted)
    this.done = null
  }
}
