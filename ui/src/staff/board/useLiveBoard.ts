import { ref } from 'vue'
import { usePolling } from '../../shared/desk/usePolling'
import { api, boardEvents } from '../api'
import { useNews } from '../useNews'

/** Milliseconds between readings where no events come. */
const ATTEMPTS = 4000
const HELP = 3000
/** And where they do: that a phone is not heard any more, or is again, is told by none. */
const SLOW = 15_000

/** The attempts and the calls for help, as they are now. */
export function useLiveBoard() {
  const live = useNews(boardEvents, 'board', () => Promise.all([attempts.refresh(), help.refresh()]))
  /** Bytes that arrive are told by no event: it would be one all the time. */
  const arriving = ref(false)
  const attempts = usePolling(
    async () => {
      const list = await api.attempts()
      arriving.value = list.some(({ items }) => items.some(({ receiving }) => receiving))
      return list
    },
    () => (live.value && !arriving.value ? SLOW : ATTEMPTS),
  )
  const help = usePolling(api.help, () => (live.value ? SLOW : HELP))
  return { attempts, help }
}
