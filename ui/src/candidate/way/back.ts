// The phone's way back: the key, the swipe, the browser's arrow. It closes what
// lies over the page before it leaves the page. What lies there has no entry of
// its own in the browser's history, so nothing is left over there after a
// reload, and nothing piles up.

import { onUnmounted, watch } from 'vue'
import type { Router } from 'vue-router'

/** What to do for whatever lies over the page, the topmost last. */
const over: (() => unknown)[] = []
let router: Router | null = null
let popped: 'back' | 'forward' | 'closed' | null = null

/**
 * How the navigation that is asked about came about: null for a link or an act.
 * One that closed something goes nowhere; a page's own guards are asked before
 * the router's, so they ask this.
 */
export const wayOf = () => popped

/** To be called once, before the first page that has anything to lay over it. */
export function takeBack(given: Router): void {
  router = given
  router.options.history.listen((_to, _from, { direction }) => {
    popped = 'closed' // also for what is laid over the page by closing, such as a question
    if (!closeTopmost()) popped = direction === 'forward' ? 'forward' : 'back'
  })
  router.beforeEach(() => popped !== 'closed')
  router.afterEach(() => (popped = null))
}

/** Whether there was anything to close. */
function closeTopmost(): boolean {
  if (document.fullscreenElement) {
    void document.exitFullscreen().catch(() => undefined)
    return true
  }
  const topmost = over[over.length - 1]
  topmost?.()
  return topmost !== undefined
}

/** Lays something over the page that the way back closes by `close`; the answer takes it away again. */
export function lieOver(close: () => unknown): () => void {
  const mine = () => close()
  over.push(mine)
  keepBelow()
  return () => {
    const at = over.indexOf(mine)
    if (at >= 0) over.splice(at, 1)
  }
}

/** Lies over the page while `shown`, in the part of the page that asks. */
export function useOver(shown: () => boolean, close: () => unknown): void {
  let away: () => void = () => undefined
  watch(
    shown,
    (is) => {
      away()
      away = is ? lieOver(close) : () => undefined
    },
    { immediate: true },
  )
  onUnmounted(() => away())
}

/** An entry of ours below the present one: without any, the way back would leave the centre's pages at once. */
export function keepBelow(): void {
  if (router && popped === null && history.state?.back === null) router.options.history.push(router.currentRoute.value.fullPath)
}
