// Hands that have a keyboard and nothing else.
import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'

/** What has the focus, and what is wrong with it; kept is whether the key before left it there. */
const stop = (page: Page) =>
  page.evaluate(() => {
    const at = document.activeElement as HTMLElement
    const here = window as Window & { lastStop?: Element }
    const kept = here.lastStop === at // by itself: the rows of a table all have the same button
    here.lastStop = at
    const wears = [at, at.closest('.el-input__wrapper')].map((one) => one && getComputedStyle(one))
    const ringed = wears.some((style, i) => style && ((style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2) || (i === 1 && style.boxShadow !== 'none')))
    const { top, bottom, left, right } = at.getBoundingClientRect()
    const seen = bottom > 0 && right > 0 && top < innerHeight && left < innerWidth && bottom > top
    const inner = at.matches('video, input[type^=date], input[type=time]') // each has stops of its own, and marks them itself
    return { what: at.outerHTML.slice(0, 160), kept, nowhere: at === document.body, ringed: ringed || inner, seen, inner }
  })

/** Waits until that is there, and presses Tab until it has the focus: every stop on the way is seen, and none is a trap. */
export async function reach(page: Page, to: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  await to.waitFor({ state: 'attached' }) // an answer may bring it, after the page
  const way: string[] = []
  const MOST = 300
  let same = 0
  while ((await to.and(page.locator(':focus')).count()) === 0) {
    await page.keyboard.press(key)
    let here = await stop(page)
    if (!here.seen && !here.nowhere) {
      // What others do at the same time may have pushed it down since: once more.
      await page.keyboard.press(key === 'Tab' ? 'Shift+Tab' : 'Tab')
      await page.keyboard.press(key)
      here = await stop(page)
    }
    const { what, kept, nowhere, ringed, seen, inner } = here
    if (nowhere) continue // from the page's end through the browser's own buttons to its beginning
    expect({ what, ringed, seen }, 'the focus is seen').toEqual({ what, ringed: true, seen: true })
    same = kept && !inner ? same + 1 : 0
    way.push(what)
    if (same > 2 || way.length > MOST) throw new Error(`${key} never comes to ${to.toString()}; the way there: ${way.slice(-12).join('\n')}`)
  }
}

/** Goes there and presses it. */
export async function press(page: Page, what: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  await reach(page, what, key)
  await page.keyboard.press('Enter')
}

/** That has the focus by itself, soon. */
export const holds = (page: Page, what: Locator) => what.and(page.locator(':focus')).waitFor({ timeout: 10_000 })

/** Writes over what stands in the field that has the focus. */
export async function write(page: Page, text: string): Promise<void> {
  await page.keyboard.press('Control+A')
  await page.keyboard.type(text)
}
