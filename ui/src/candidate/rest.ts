// The pages behind the log-in are fetched when the log-in can be used. A lost
// network is waited out: each file is tried until it is there, and only then
// is any of them run, because browsers remember a script that failed once and
// never ask for it again. Files that the server does not have any more are an
// older version's: the page is loaded anew, once.
import { inject, ref, shallowRef, type InjectionKey } from 'vue'

export type Pages = typeof import('./restPages')

/** The server has no such file: it runs another version by now. */
export class Gone extends Error {}

/** Milliseconds after which whoever waits is told so, and after which a file's answer is given up. */
const SLOW = 4_000
const PATIENCE = 60_000
/** Milliseconds to the next try, the last for all that follow. */
const PAUSES = [500, 1_000, 2_000, 4_000]
const KEPT = 'kaodian-renewed'

export class Rest {
  /** Whether somebody waits for the pages, and the network for us. */
  readonly late = ref(false)
  /** Loading anew did not help: a person decides. */
  readonly broken = shallowRef<string | null>(null)

  private readonly there = new Set<string>()
  private coming: Promise<Pages> | null = null
  private wanted = 0
  private failing = false
  private wake: () => void = () => undefined

  constructor(
    private readonly files: readonly string[],
    private readonly run: () => Promise<Pages>,
  ) {}

  /** Fetches the pages ahead; what goes wrong is told to whoever wants them. */
  ahead(): void {
    void this.pages().catch(() => undefined)
  }

  /** The pages once they are there, for what nobody waits for. */
  come(): Promise<Pages> {
    return this.pages()
  }

  /** The pages, for somebody who waits for them. */
  async want(): Promise<Pages> {
    this.wanted++
    const slow = setTimeout(() => this.tell(true), SLOW)
    this.tell(this.failing)
    try {
      return await this.pages()
    } finally {
      clearTimeout(slow)
      this.wanted--
      this.tell(false)
    }
  }

  /** Tries at once instead of after the pause. */
  again(): void {
    if (this.broken.value === null) this.wake()
    else void this.reload(this.broken.value)
  }

  /** Loads the page anew at an address; the second time for the same files it only says so. */
  renew(address: string): void {
    const version = this.files.join(' ')
    try {
      if (sessionStorage.getItem(KEPT) !== version) {
        sessionStorage.setItem(KEPT, version)
        return void this.reload(address)
      }
    } catch {
      // a private window: without a memory it might be loaded for ever
    }
    this.broken.value = address
  }

  /** Never while the network is away: the browser's own page would stand there instead of ours. */
  private async reload(address: string): Promise<void> {
    const answer = await fetch(address, { cache: 'no-store' }).catch(() => null)
    if (!answer?.ok) {
      this.broken.value = address
      return
    }
    history.replaceState(null, '', address) // also where only what follows a «#» differs
    location.reload()
  }

  private tell(late: boolean): void {
    this.late.value = late && this.wanted > 0
  }

  private pages(): Promise<Pages> {
    this.coming ??= this.load().catch((thrown: unknown) => {
      this.coming = null
      throw thrown
    })
    return this.coming
  }

  private async load(): Promise<Pages> {
    for (let tries = 0; !(await this.fetched()); tries++) {
      this.failing = true
      this.tell(true)
      await this.pause(PAUSES[Math.min(tries, PAUSES.length - 1)] ?? 0)
    }
    this.failing = false
    this.tell(false)
    return this.run()
  }

  /** Whether every file is there by now. */
  private async fetched(): Promise<boolean> {
    const missing = this.files.filter((file) => !this.there.has(file))
    const answers = await Promise.all(missing.map(arrives))
    missing.forEach((file, i) => answers[i] && this.there.add(file))
    return answers.every(Boolean)
  }

  /** Waits, but no longer than until the network is back or somebody asks. */
  private pause(time: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.wake(), time)
      this.wake = () => {
        clearTimeout(timer)
        removeEventListener('online', this.wake)
        this.wake = () => undefined
        resolve()
      }
      addEventListener('online', this.wake)
    })
  }
}

/** Whether a file came whole; what a sign-in window of the Wi-Fi answers is none. */
async function arrives(file: string): Promise<boolean> {
  const limit = new AbortController()
  const timer = setTimeout(() => limit.abort(), PATIENCE)
  try {
    const answer = await fetch(file, { credentials: 'same-origin', signal: limit.signal })
    if (answer.status === 404) throw new Gone(file)
    const whole = (await answer.blob()).size > 0
    return answer.ok && whole && /javascript/.test(answer.headers.get('Content-Type') ?? '')
  } catch (thrown) {
    if (thrown instanceof Gone) throw thrown
    return false
  } finally {
    clearTimeout(timer)
  }
}

/** What the build wrote into the page: the scripts that its first load leaves out. */
export function restFiles(): string[] {
  const written = document.querySelector<HTMLMetaElement>('meta[name=rest]')?.content ?? ''
  return written.split(' ').filter(Boolean)
}

export const restKey: InjectionKey<Rest> = Symbol('rest')

export function useRest(): Rest {
  const rest = inject(restKey)
  if (!rest) throw new Error('no rest is provided')
  return rest
}
