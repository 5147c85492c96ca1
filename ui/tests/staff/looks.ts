// What looks wrong on a page of the staff, measured in Chromium.
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
