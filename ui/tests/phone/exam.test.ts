// The exam on a phone whose life is hard: a second device, a timeout with the page
// closed, a clock that is wrong by a day.
import { describe, expect, test } from 'vitest'
import { until } from '../outside/programs'
import { api, button, choose, isSeen, logIn, openAttempt, openPhone, startAttempt } from './phones'
import { browser, centre, pictured, received, start, withCentre } from './sitting'

withCentre()

describe('R10: a second device', () => {
  test('sees everything, spends nothing, and goes on when asked', { timeout: 60_000 }, async () => {
    const first = await start('drawn', 7)
    const second = await openPhone(browser, centre.url, 'tablet')
    await logIn(second.page, centre.url, centre.candidate('drawn', 7))
    await button(second.page, '继续考试').click()
    await second.page.getByText(first.attempt.code?.[0] ?? '?').first().waitFor()
    expect((await second.page.locator('.head-code').first().textContent())?.replace(/\D/g, '')).toBe(first.attempt.code)
    await second.page.locator('.drawn button').first().click()
    await second.page.locator('.score img').waitFor()
    await second.page.setViewportSize({ width: 740, height: 360 })
    await expect.poll(() => second.page.locator('.score-sheet').evaluate((sheet) => [sheet.clientWidth >= 700, sheet.clientHeight >= 240]), { message: 'held sideways the notes have the room' }).toEqual([true, true])
    for (const one of ['.score-zoom button >> nth=1', '.score .sheet-clock', '.score .sheet-head .link']) expect(await isSeen(second.page.locator(one)), one).toBe(true)
    await pictured(second.page, 'score-sideways')
    await second.page.setViewportSize({ width: 820, height: 1180 })
    await second.page.goBack() // closes the score, and stays
    await second.page.locator('.score').waitFor({ state: 'detached' })
    await first.page.setViewportSize({ width: 360, height: 640 })
    await first.page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight))
    await button(second.page, '在此设备继续考试').click()
    await second.page.getByRole('dialog').getByRole('button', { name: '在此设备继续考试' }).click()
    await button(second.page, '提交').waitFor()
    const notice = first.page.locator('.device-notice button')
    await notice.waitFor()
    await expect.poll(() => isSeen(notice), { message: 'whoever scrolled down sees why the buttons are gone' }).toBe(true)
    await pictured(first.page, 'taken-away')
    await first.page.getByText(/另一台设备|其他设备/).first().waitFor()
    await api(second.page, 'POST', `/attempts/${first.attempt.id}/reset`)
    await first.page.getByText('这次考试已重置').waitFor() // a stale page says so
    await first.context.close()
    await second.context.close()
  })
})

describe('R16: time', () => {
  test('a timeout with the page closed submits what arrived; the way back to it says so', { timeout: 90_000 }, async () => {
    const { page, context, attempt } = await start('short', 0)
    await choose(page, '乐曲', centre.clips.mp4)
    await received(page)
    await page.close()
    await new Promise((done) => setTimeout(done, 20_000))
    const next = await context.newPage()
    await next.goto(`${centre.url}/orders`)
    await next.getByText('已自动提交').first().waitFor()
    await next.goto(`${centre.url}/attempts/${attempt.id}`)
    await next.getByText('系统已提交收到的 1 条视频').waitFor()
    await next.getByRole('button', { name: '重置' }).waitFor()
    await context.close()
  })

  test('at zero the page says what happened, without anybody touching it', { timeout: 90_000 }, async () => {
    const { page, context } = await start('short', 1)
    await page.getByText('没有收到任何视频').waitFor({ timeout: 40_000 })
    await context.close()
  })

  test('a phone whose clock is wrong by a day shows the server’s countdown', { timeout: 60_000 }, async () => {
    const phone = await openPhone(browser, centre.url)
    await phone.context.addInitScript(() => {
      const Real = Date
      const wrong = 26 * 3600_000
      class Wrong extends Real {
        constructor(...given: [] | [number | string]) {
          super(...((given.length > 0 ? given : [Real.now() + wrong]) as [number]))
        }
        static now() {
          return Real.now() + wrong
        }
      }
      window.Date = Wrong as DateConstructor
    })
    await logIn(phone.page, centre.url, centre.candidate('drawn', 8))
    await openAttempt(phone.page, centre.url, await startAttempt(phone.page))
    await until('the countdown is right', async () => /^(29:5\d|30:00)$/.test((await phone.page.locator('.head-clock').first().textContent()) ?? ''))
    await phone.page.reload()
    await until('and after a reload', async () => /^29:[45]\d$/.test((await phone.page.locator('.head-clock').first().textContent()) ?? ''))
    await phone.context.close()
  })

  test('ten minutes before the end it warns', { timeout: 60_000 }, async () => {
    const { page, context } = await start('warned', 0)
    await page.getByText('还有 10 分钟').waitFor({ timeout: 20_000 })
    await button(page, '关闭').click()
    await page.getByText('还有 10 分钟').waitFor({ state: 'detached' })
    await context.close()
  })
})
