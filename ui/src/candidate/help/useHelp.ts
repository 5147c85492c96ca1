import { computed, onUnmounted, ref, shallowRef, watch } from 'vue'
import { useRoute } from 'vue-router'
import { hearLine, hearProblems } from '../../shared/api/http'
import type { Help, HelpReason } from '../../shared/api/types'
import { useAct } from '../../shared/useAct'
import { api } from '../api'
import { useSessions } from '../attempt/sessions'
import { asked } from './open'
import { helpState } from './state'

/** Milliseconds between two words of how the phone is, while a call is open. */
const EVERY = 5_000
/** Milliseconds between two looks whether the server is back. */
const BACK = 3_000

const nothing: Help = { open: false, answers: [] }

/** «I need help»: asks, keeps what staff see fresh while it is open, and hears what they answer (R30). */
export function useHelp() {
  const route = useRoute()
  const sessions = useSessions()
  const call = shallowRef<Help>(nothing)
  /** The server did not answer the last request of any part. */
  const unanswered = ref(false)
  /** A followed attempt knows better than one failed request: both report the same at the same time. */
  const gone = computed(() => {
    const session = sessions.latest.value
    return session ? session.lost.value !== null : unanswered.value
  })
  const lastError = ref<string>()
  const { busy, problem, run } = useAct()
  let timer: ReturnType<typeof setInterval> | null = null
  let stream: EventSource | null = null
  let loggedIn = false
  /** Words of the stream so far. */
  let heard = 0

  const unread = computed(() => call.value.answers.filter((answer) => !answer.read_at))

  const unhear = [hearProblems((code) => (lastError.value = code)), hearLine(reach)]
  const offline = () => reach(false)
  addEventListener('offline', offline)

  function reach(there: boolean): void {
    unanswered.value = !there
  }
  watch(gone, follow)

  async function state() {
    const session = sessions.current
    const attempt = session?.attempt.value
    const nameOf = (item: string) => attempt?.items.find(({ id }) => id === item)?.name ?? ''
    const order = typeof route.params['order'] === 'string' ? route.params['order'] : undefined
    return { ...(await helpState(String(route.name ?? ''), session?.jobs.value ?? [], nameOf, lastError.value)), attempt_id: attempt?.id, order_id: order }
  }

  function take(news: Help): void {
    call.value = news
    asked.value = news.open
    follow()
  }

  /** While a call is open the phone tells how it is; while the server is gone it looks whether it is back. */
  async function turn(): Promise<void> {
    const before = heard
    const news = call.value.open ? await api.tellHelp(await state()) : await api.help()
    if (heard === before) take(news) // else the stream overtook it
  }

  function follow(): void {
    if (timer !== null) clearInterval(timer)
    // A lost network is waited out: the call stays open, and the next turn tells again.
    const every = gone.value ? BACK : call.value.open ? EVERY : null
    timer = every === null ? null : setInterval(() => void turn().catch(() => undefined), every)
    listen(call.value.open && loggedIn)
  }

  /** The answer comes by the stream at once; where none comes, with the next turn. */
  function listen(wanted: boolean): void {
    if (!wanted || typeof EventSource === 'undefined') {
      stream?.close()
      stream = null
      return
    }
    if (stream && stream.readyState !== EventSource.CLOSED) return
    stream = new EventSource(api.helpUrl)
    stream.addEventListener('help', (event) => {
      heard++
      take(JSON.parse((event as MessageEvent<string>).data) as Help)
    })
  }

  onUnmounted(() => {
    asked.value = false
    if (timer !== null) clearInterval(timer)
    listen(false)
    unhear.forEach((stop) => stop())
    removeEventListener('offline', offline)
  })

  return {
    call,
    gone,
    unread,
    busy,
    problem,
    ask: (reason: HelpReason) => run(async () => take(await api.askForHelp(reason, await state()))),
    end: () => run(async () => {
      await api.endHelp()
      take(nothing)
    }),
    read: () => run(async () => {
      await api.readHelp()
      await turn()
    }),
    /** After a log-in, a log-out or a reload: goes on with a call that is open already. */
    resume: (as: boolean) => {
      loggedIn = as
      if (!as) listen(false)
      return api.help().then(take, () => undefined)
    },
    /** Asks once, so that a server that is gone is known before anything is promised. */
    probe: () => api.help().then(take, () => undefined),
  }
}
