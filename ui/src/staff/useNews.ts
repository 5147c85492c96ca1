// A stream that tells a page of the desk that something changed.
import { useDocumentVisibility, useIntervalFn } from '@vueuse/core'
import { onScopeDispose, readonly, ref, watch } from 'vue'
import { EventStream } from '../shared/stream'

/** Milliseconds between two looks whether the stream is alive. */
const LOOK = 3000

/**
 * Reads whenever the stream tells of a change, one reading after the other, and
 * says whether the stream is alive. A page that nobody looks at lets it go: a
 * browser has six connections to a server, for all its windows together.
 */
export function useNews(url: string, event: string, read: () => Promise<unknown>) {
  const alive = ref(false)
  const seen = useDocumentVisibility()
  const look = () => void (alive.value = stream.alive)
  const stream = new EventStream(url, event, { news, beat: look, broke: look })
  let reading = false
  let more = false

  /** A change that is told while its page reads may not be in the answer. */
  async function news(): Promise<void> {
    look()
    more = true
    if (reading) return
    reading = true
    try {
      while (more) {
        more = false
        await read()
      }
    } finally {
      reading = false
    }
  }

  function follow(): void {
    if (seen.value === 'visible') stream.listen()
    else stream.close()
    look()
  }

  watch(seen, follow)
  useIntervalFn(follow, LOOK, { immediateCallback: true })
  onScopeDispose(() => stream.close())
  return readonly(alive)
}
