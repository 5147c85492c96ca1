// An act that the page gave up on must not be done afterwards: a server that
// stood still reads what waited in its sockets when it goes on. So each carries
// until when it may be done, by the server's clock and for less time than the
// page waits for its answer.

import { ApiError, asApiError } from '../../shared/api/http'
import { ServerClock } from '../../shared/clock'

/** Milliseconds in which an act may be done: less than a call's patience (http.ts), by more than the clock may be wrong. */
const VALID = 15_000

/** What is done, for the sentence where nobody knows whether it was. */
export type Act = 'submit' | 'reset' | 'start' | 'act'

/** Nobody knows whether the act was done; after `over` (of performance.now) it will not be. */
export class Unsure extends ApiError {
  readonly over: number

  constructor(act: Act, over: number) {
    super(`${act}_unsure`)
    this.over = over
  }
}

export class Timely {
  private readonly ask: () => Promise<{ server_time: string }>
  private readonly clock: ServerClock

  /** `ask` asks for the server's time. */
  constructor(ask: () => Promise<{ server_time: string }>, clock = new ServerClock()) {
    this.ask = ask
    this.clock = clock
  }

  /** Sends the act with its time. One refused as too late was not done: the server's clock was set, and it is sent once more. */
  async act<T>(act: Act, send: (headers: Record<string, string>) => Promise<T>): Promise<T> {
    if (this.clock.suspect()) await this.learn()
    try {
      return await this.once(act, send)
    } catch (thrown) {
      if (asApiError(thrown).code !== 'act_too_late') throw thrown
      await this.learn()
      return this.once(act, send)
    }
  }

  private async learn(): Promise<void> {
    const asked = this.clock.mark()
    this.clock.learn((await this.ask()).server_time, asked)
  }

  private async once<T>(act: Act, send: (headers: Record<string, string>) => Promise<T>): Promise<T> {
    const over = performance.now() + VALID
    try {
      return await send({ 'Act-Until': new Date(this.clock.now() + VALID).toISOString() })
    } catch (thrown) {
      const problem = asApiError(thrown)
      throw ['offline', 'no_answer'].includes(problem.code) ? new Unsure(act, over) : problem
    }
  }
}

/** Milliseconds between two questions whether the act was done. */
const PAUSE = 1000

/** Asks until there is an answer after the act's time was over; `wanted`: whether anybody still wants to know. */
export async function untilSure(unsure: Unsure, look: () => Promise<boolean>, wanted: () => boolean): Promise<void> {
  while (wanted() && !(performance.now() > unsure.over && (await look()))) await new Promise((go) => setTimeout(go, PAUSE))
}
