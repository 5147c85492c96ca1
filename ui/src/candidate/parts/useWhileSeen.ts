import { useEventListener, useIntervalFn } from '@vueuse/core'

/** Acts every so many milliseconds while the page is looked at, and at once when it is looked at again. */
export function useWhileSeen(act: () => unknown, every: number): void {
  const wake = () => document.visibilityState === 'visible' && act()
  useIntervalFn(wake, every)
  useEventListener(document, 'visibilitychange', wake)
}
