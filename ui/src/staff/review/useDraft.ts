// Keeps what is being written as a draft: soon after the last change, when a
// field is left, when the page goes, and again when the server is back.
import { tryOnScopeDispose, useEventListener } from '@vueuse/core'
import { ref, watch } from 'vue'
import { whenBack } from '../../shared/desk/server'
import { useAct } from '../../shared/useAct'

/** Milliseconds without a change after which a draft is kept. */
const CALM = 800

/**
 * `send` tells the server what stands in `form`; `hand` does it for a page that
 * goes away and hears no answer.
 */
export function useDraft(form: object, { send, hand }: { send: () => Promise<unknown>; hand: () => void }) {
  const { busy, problem, run } = useAct()
  const kept = ref(false)
  /** How often the form changed, and up to which change the server has it. */
  let changes = 0
  let held = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  /** The last sending: one at a time, so that none overtakes a later one. */
  let sending = Promise.resolve()

  watch(form, () => owe())

  function owe(): void {
    changes += 1
    kept.value = false
    clearTimeout(timer)
    timer = setTimeout(() => void flush(), CALM)
  }

  function flush(): Promise<void> {
    clearTimeout(timer)
    sending = sending.then(once)
    return sending
  }

  async function once(): Promise<void> {
    const upTo = changes
    if (held === upTo || !(await run(send))) return
    held = Math.max(held, upTo)
    kept.value = held === changes
  }

  /** Does what takes the draft's place, with no draft on its way behind it; if that fails the draft is still owed. */
  async function instead(act: () => Promise<unknown>): Promise<void> {
    clearTimeout(timer)
    held = changes
    await sending
    try {
      await act()
      kept.value = false
    } catch (thrown) {
      owe()
      throw thrown
    }
  }

  whenBack(() => void flush())
  tryOnScopeDispose(() => void flush())
  // The first comes before the next page is asked for: at a reload that page would
  // else be read before the draft is there. Not every browser tells of it.
  useEventListener(window, ['beforeunload', 'pagehide'], () => {
    if (held === changes) return
    held = changes
    clearTimeout(timer)
    hand()
  })

  return { busy, problem, kept, flush, instead }
}
