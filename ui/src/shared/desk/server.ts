// Whether the server answers: found out once for a desk's whole page, said once
// on top (ServerNotice), and told to every reading (usePolling).
import { useTimeoutFn } from '@vueuse/core'
import { onMounted, onUnmounted, shallowRef, watch } from 'vue'
import { asApiError, hearLine, ping } from '../api/http'

/** Milliseconds between two questions, and that one waits for its answer. */
const BEAT = 1500
const PATIENCE = 1600
/** Questions in a row without an answer: one alone may have waited behind a video. */
const SILENT = 2

/** Since when it does not answer, in milliseconds since 1970; null while it does. */
export const goneSince = shallowRef<number | null>(null)

/** Does it each time the server answers again. */
export const whenBack = (act: () => void) =>
  watch(goneSince, (gone) => {
    if (gone === null) act()
  })

let silent = 0

/** Asks whether it answers; that it does not is then known to the whole page. */
export async function answers(): Promise<boolean> {
  try {
    await ping(PATIENCE)
    return true
  } catch (thrown) {
    const { code } = asApiError(thrown)
    if (code !== 'offline' && code !== 'no_answer') return true
    silent = code === 'offline' ? SILENT : silent + 1
    if (silent < SILENT) return answers()
    goneSince.value ??= Date.now()
    return false
  }
}

/** Pictures that could not be read while the server was gone. */
function readPictures(): void {
  for (const picture of document.querySelectorAll('img')) if (picture.complete && picture.naturalWidth === 0) picture.setAttribute('src', picture.src)
}

/** Asks again and again while the page is looked at: within five seconds a server that is gone is known to be. */
export function useServer(): void {
  const pause = useTimeoutFn(look, BEAT, { immediate: false })
  let closed = false

  function heard(there: boolean): void {
    if (!there) return
    silent = 0
    goneSince.value = null
  }

  async function look(): Promise<void> {
    if (document.visibilityState === 'visible') await answers()
    if (!closed) pause.start()
  }

  const unhear = hearLine(heard)
  whenBack(readPictures)
  onMounted(look)
  onUnmounted(() => {
    closed = true
    unhear()
    goneSince.value = null
  })
}
