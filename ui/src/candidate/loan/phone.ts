// A phone of the centre's own that is lent 借用手机. On every page it says what
// videos it has and hears what it is to do: check itself, lead to the log-in, or
// remove all that the candidate left. It removes on a page that was just opened:
// nothing writes there any more.

import { shallowRef } from 'vue'
import type { HeldVideo, LoanTold } from '../../shared/api/types'
import type { Sessions } from '../attempt/sessions'
import { allKept } from '../recorder/store'
import { calls } from './calls'
import { mark, marked, unmark } from './mark'
import { wipe } from './wipe'

/** Milliseconds between two words with the centre. */
const EVERY = 3000

export const PAGE = '/loan'

export type Doing = 'nothing' | 'wiping' | 'failing'

export class LoanPhone {
  /** What the centre said last; null before. */
  readonly told = shallowRef<LoanTold | null>(null)
  readonly doing = shallowRef<Doing>('nothing')
  /** It was emptied since its page was opened. */
  readonly emptied = shallowRef(false)

  private timer: ReturnType<typeof setTimeout> | null = null
  private asking: Promise<void> | null = null

  /** `here`: whether its own page is shown; `open` opens it anew. */
  constructor(
    private readonly sessions: Sessions,
    private readonly here: () => boolean,
    private readonly open: () => void,
  ) {}

  start(): void {
    if (this.timer === null) void this.look()
  }

  /** Asks at once. */
  look(): Promise<void> {
    if (this.timer) clearTimeout(this.timer)
    this.asking ??= this.ask()
      .catch(() => undefined) // no line: it is asked again
      .finally(() => {
        this.asking = null
        this.timer = setTimeout(() => void this.look(), EVERY)
      })
    return this.asking
  }

  private async ask(): Promise<void> {
    const told = await calls.tell(await this.held())
    await this.heed(told)
    this.told.value = told
  }

  private async heed({ phone, loan }: LoanTold): Promise<void> {
    const former = marked()
    const back = loan?.state === 'returning' ? loan.id : ''
    if (back || (former && former !== loan?.id)) return this.empty(back || former)
    if (loan?.state === 'checking' && !this.here()) this.open()
    if (loan) mark(loan.id)
    else if (phone) mark('')
    else unmark() // it is retired, or another browser took its place
  }

  /** Nothing of that loan is to remain. */
  private async empty(loan: string): Promise<void> {
    if (!this.here()) {
      this.sessions.end() // or the browser asks whether to leave a page that sends
      return this.open()
    }
    this.doing.value = 'wiping'
    try {
      const removed = await wipe()
      await calls.cleared(loan, removed).catch((thrown: unknown) => {
        if (!['not_found', 'loan_over'].includes((thrown as { code?: string }).code ?? '')) throw thrown // nobody waits to hear of it
      })
      mark('')
      this.emptied.value = true
      this.doing.value = 'nothing'
    } catch {
      this.doing.value = 'failing'
    }
  }

  /** Videos that this phone does not know to have arrived: the centre knows more. */
  private async held(): Promise<HeldVideo[]> {
    const kept = await allKept().catch(() => []) // a browser that keeps nothing
    const videos = [...this.sessions.held(), ...kept.map(({ attempt, name, bytes }) => ({ attempt, name, bytes }))]
    return videos.filter(({ attempt, name }, n) => videos.findIndex((one) => one.attempt === attempt && one.name === name) === n).slice(0, 20)
  }
}

let own: LoanPhone | null = null

/** This browser as a loan phone, which speaks from now on. */
export function loanPhone(sessions: Sessions): LoanPhone {
  own ??= new LoanPhone(sessions, () => location.pathname === PAGE, () => location.replace(PAGE))
  own.start()
  return own
}
