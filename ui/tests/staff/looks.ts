// What looks wrong on a page of the staff, measured in Chromium.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type axe from 'axe-core'
import type { Page } from 'playwright-core'

/** Fields whose hint is longer than they are. */
export const hintsCut = (page: Page) =>
  page.locator('input[placeholder]:visible').evaluateAll((fields) =>
    (fields as HTMLInputElement[]).flatMap((field) => {
      const style = getComputedStyle(field)
      const pen = document.createElement('canvas').getContext('2d') as CanvasRenderingContext2D
      pen.font = style.font
      const room = field.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight)
      return pen.measureText(field.placeholder).width > room ? [field.placeholder] : []
    }),
  )

/** Words, figures and buttons of tables that a narrow column breaks. */
export const broken = (page: Page) =>
  page.locator('.desk-table td').evaluateAll((cells) =>
    cells.flatMap((cell) => {
      const pieces: string[] = []
      const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT)
      while (texts.nextNode()) {
        const text = texts.currentNode as Text
        const whole = text.parentElement?.closest('button, .numbers') || /^\S{1,8}$/.test(text.data.trim())
        const range = document.createRange()
        range.selectNodeContents(text)
        const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)))
        if (whole && lines.size > 1) pieces.push(text.data)
      }
      return pieces
    }),
  )

/** Tables that are wider than their place. */
export const wide = (page: Page) => page.locator('.desk-table').evaluateAll((tables) => tables.flatMap((table) => (table.scrollWidth > table.clientWidth ? [`${table.scrollWidth} of ${table.clientWidth} px`] : [])))

/** What its box cuts; of a row of the board all but the name is a tap away. A fraction of a pixel is enough for an ellipsis. */
export const cut = (page: Page) =>
  page.locator('main *:visible:not(.unseen, .setting-unseen, .board-ticket, .board-why, .board-ended)').evaluateAll((boxes) =>
    boxes.flatMap((box) => {
      const { overflowX, textOverflow } = getComputedStyle(box)
      const spills = box.matches('.board-row button') // which clips nothing
      if (!(spills || ['hidden', 'clip'].includes(overflowX)) || box.clientWidth <= 2) return []
      const text = document.createRange()
      text.selectNodeContents(box)
      const dots = textOverflow === 'ellipsis' && text.getBoundingClientRect().width > box.getBoundingClientRect().width + 0.01
      return dots || box.scrollWidth > box.clientWidth + 1 ? [`cut: ${box.className}: ${box.textContent?.trim().slice(0, 40)}, ${box.clientWidth} of ${box.scrollWidth} px`] : []
    }),
  )

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe finds serious or critical. */
export async function serious(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axeSource)
  const found = await page.evaluate(async () => {
    const { violations } = await (window as unknown as { axe: typeof axe }).axe.run(document, { resultTypes: ['violations'] })
    return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, help, nodes }) => ({ id, help, nodes: nodes.map(({ html }) => html) }))
  })
  return found.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.length} × ${nodes.slice(0, 3).join(' | ').slice(0, 600)}`)
}

/** Whether anything is out of sight to the right. */
export const hangsOut = (page: Page) =>
  page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.scrollingElement ?? document.documentElement
    return scrollWidth > clientWidth ? [`${scrollWidth} of ${clientWidth} px wide`] : []
  })
