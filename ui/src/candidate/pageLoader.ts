// Loads the pages behind the log-in, once the log-in can be used. A lost network
// is waited out: each file is retried until it is there, and only then is any of
// them run, because browsers remember a script that failed once and never fetch
// it again. Files that the server no longer has belong to an older version: the
// page is reloaded, once.
import { inject, ref, shallowRef, type InjectionKey } from 'vue'

export type Pages = typeof import('./lazyPages')

/** The server has no such file: it runs another version by now. */
export class Gone extends Error {}

/** Milliseconds after which a slow load is shown, and after which a request is given up. */
const SLOW = 4_000
const TIMEOUT = 60_000
/** Milliseconds before each retry; the last value repeats. */
const PAUSES = [500, 1_000, 2_000, 4_000]
const RELOADED = 'kaodian-renewed'

export class PageLoader {
  /** Whether a page waits for the network for longer than SLOW. */
  readonly late = ref(false)
  /** The address to load when reloading did not help: the person decides. */
  readonly broken = shallowRef<string | null>(null)

  private readonly fetched = new Set<string>()
  private loading: Promise<Pages> | null = null
  private waiting = 0
  private failing = false
  private wake: () => void = () => undefined
  private begin: () => void = () => undefined
  private readonly begun = new Promise<void>((resolve) => (this.begin = resolve))

  constructor(
    private readonly files: readonly string[],
    private readonly run: () => Promise<Pages>,
  ) {}

  /** Loads the pages ahead; an error is reported by the next load. */
  prefetch(): void {
    void this.pages().catch(() => undefined)
  }

  /** The pages, for parts that nobody waits for: they do not make them load, so that the log-in has the network and the processor alone. */
  async loaded(): Promise<Pages> {
    await this.begun
    return this.pages()
  }

  /** The pages, for a person who waits for them. */
  async load(): Promise<Pages> {
    this.waiting++
    const slow = setTimeout(() => this.setLate(true), SLOW)
    this.setLate(this.failing)
    try {
      return await this.pages()
    } finally {
      clearTimeout(slow)
      this.waiting--
      this.setLate(false)
    }
  }

  /** Retries at once instead of after the pause. */
  retry(): void {
    if (this.broken.value === null) this.wake()
    else void this.open(this.broken.value)
  }

  /** Reloads the page at an address; the second time for the same files it only sets `broken`. */
  reload(address: string): void {
    const version = this.files.join(' ')
    try {
      if (sessionStorage.getItem(RELOADED) !== version) {
        sessionStorage.setItem(RELOADED, version)
        return void this.open(address)
      }
    } catch {
      // a private window: without storage it might reload for ever
    }
    this.broken.value = address
  }

  /** Never without network: the browser's error page would replace ours. */
  private async open(address: string): Promise<void> {
    const answer = await fetch(address, { cache: 'no-store' }).catch(() => null)
    if (!answer?.ok) {
      this.broken.value = address
      return
    }
    history.replaceState(null, '', address) // also if only the part after «#» differs
    location.reload()
  }

  private setLate(late: boolean): void {
    this.late.value = late && this.waiting > 0
  }

  private pages(): Promise<Pages> {
    this.begin()
    this.loading ??= this.fetchAll().catch((thrown: unknown) => {
      this.loading = null
      throw thrown
    })
    return this.loading
  }

  private async fetchAll(): Promise<Pages> {
    for (let tries = 0; !(await this.fetchMissing()); tries++) {
      this.failing = true
      this.setLate(true)
      await this.pause(PAUSES[Math.min(tries, PAUSES.length - 1)] ?? 0)
    }
    this.failing = false
    this.setLate(false)
    return this.run()
  }

  /** Fetches the missing files; whether every file is there now. */
  private async fetchMissing(): Promise<boolean> {
    const missing = this.files.filter((file) => !this.fetched.has(file))
    const answers = await Promise.all(missing.map(fetchWhole))
    missing.forEach((file, i) => answers[i] && this.fetched.add(file))
    return answers.every(Boolean)
  }

  /** Waits for that time, or until the network is back or `retry` is called. */
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

/** Whether a file came whole; the answer of a captive portal does not count. */
async function fetchWhole(file: string): Promise<boolean> {
  const limit = new AbortController()
  const timer = setTimeout(() => limit.abort(), TIMEOUT)
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

/** The scripts that the first load leaves out, as the build wrote them into the page. */
export function lazyFiles(): string[] {
  const written = document.querySelector<HTMLMetaElement>('meta[name=rest]')?.content ?? ''
  return written.split(' ').filter(Boolean)
}

export const pageLoaderKey: InjectionKey<PageLoader> = Symbol('pageLoader')

export function usePageLoader(): PageLoader {
  const loader = inject(pageLoaderKey)
  if (!loader) throw new Error('no page loader is provided')
  return loader
}
