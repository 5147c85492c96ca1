/** Milliseconds after which nobody waits any longer for a frame: a page that is not seen draws none. */
const UNSEEN = 100

/**
 * Resolves when what stands in the page by now has been drawn. For what takes
 * a slow phone long to build after a tap: the tap's answer is seen first.
 */
export function painted(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, UNSEEN)
    requestAnimationFrame(() => setTimeout(resolve))
  })
}
