// Landscape on a phone whose own setting keeps the page upright: browsers lock
// a page that fills the screen, where they can (Chrome on Android; not iPhones).

type Lockable = ScreenOrientation & { lock?: (way: 'landscape') => Promise<void> }

const screenOf = (): Lockable | undefined => screen.orientation as Lockable | undefined

export const canTurn = (): boolean => document.fullscreenEnabled && typeof screenOf()?.lock === 'function'

/** On a tap. Whether the page is landscape now; otherwise it is as it was. */
export async function turnPage(): Promise<boolean> {
  try {
    await document.documentElement.requestFullscreen({ navigationUI: 'hide' })
    await screenOf()?.lock?.('landscape')
    return true
  } catch {
    await turnBack()
    return false
  }
}

export async function turnBack(): Promise<void> {
  if (document.fullscreenElement) await document.exitFullscreen().catch(() => undefined)
}
