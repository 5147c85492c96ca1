// The phone's back: the key, the swipe, the browser's arrow. It closes an overlay
// before it leaves the page. Overlays have no entries of their own in the
// browser's history, so none is left over after a reload.

import { onUnmounted, watch } from 'vue'
import type { Router } from 'vue-router'

/** The close functions of the overlays, the topmost last. */
const over: (() => unknown)[] = []
let router: Router | null = null
let popped: 'back' | 'forward' | 'closed' | null = null

/**
 * How the navigation that is asked about came about: null for a link or an act.
 * One that closed something goes nowhere; a page's own guards are asked before
 * the router's, so they ask this.
 */
export const wayOf = () => popped

/** To be called once, before the first page that has an overlay. */
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

/** Registers an overlay that back closes by `close`; returns a function that removes it. */
export function lieOver(close: () => unknown): () => void {
  const mine = () => close()
  over.push(mine)
  keepBelow()
  return () => {
    const at = over.indexOf(mine)
    if (at >= 0) over.splice(at, 1)
  }
}

/** Registers an overlay while `shown`, for the calling component. */
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

/** Adds a history entry below the present one: without it, back would leave the centre's pages at once. */
export function keepBelow(): void {
  if (router && popped === null && history.state?.back === null) router.options.history.push(router.currentRoute.value.fullPath)
}
