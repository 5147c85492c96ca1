// What the call screen shows: live, and honest about a server that is gone.
import { computed, onMounted, onUnmounted, ref, shallowRef } from 'vue'
import type { CallScreen } from '../../shared/api/types'
import { goneSince } from '../../shared/desk/server'
import { Live } from '../../shared/live'
import { api, screenEvents } from '../api'

/** Milliseconds without a beat (one every two seconds) after which the server counts as gone. */
const QUIET = 5000
const LOOK = 500

export function useScreen(take: (screen: CallScreen) => void) {
  const screen = shallowRef<CallScreen | null>(null)
  const silent = ref(false)
  let heard = performance.now()
  let told = 0
  let ticker: ReturnType<typeof setInterval> | undefined

  function hear(): void {
    heard = performance.now()
    silent.value = false
  }

  function show(news: CallScreen): void {
    hear()
    told++
    screen.value = news
    take(news)
  }

  async function ask(): Promise<boolean> {
    const before = told
    try {
      const answer = await api.screen()
      if (told === before) show(answer)
      else hear() // the stream told later things meanwhile
      return true
    } catch {
      silent.value = true
      return false
    }
  }

  const live = new Live(screenEvents, { news: (data) => show(JSON.parse(data) as CallScreen), beat: hear, doubtful: () => silent.value, ask }, 'screen')

  onMounted(async () => {
    ticker = setInterval(() => (silent.value ||= performance.now() - heard > QUIET), LOOK)
    await ask()
    live.open()
    void live.refresh()
  })
  onUnmounted(() => {
    clearInterval(ticker)
    live.close()
  })

  /** The server is gone: what is shown is what it told last. */
  const lost = computed(() => silent.value || goneSince.value !== null)
  return { screen, lost }
}
