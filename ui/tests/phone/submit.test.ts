// What stands before the exam's end on a phone: cards, broken files, replacements,
// the submission.
import { writeFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { until } from '../outside/programs'
import { api, choose, item, line, logIn, openAttempt, openPhone } from './phones'
import { SLOW, browser, centre, clipOf, odd, percent, pictured, received, start, withCentre } from './sitting'

withCentre()

describe('R14: before submitting', () => {
  const row = (page: Page) => page.locator('.row', { hasText: '乐曲' })
  const submits = (page: Page) => {
    const seen: string[] = []
    page.on('request', (request) => request.url().endsWith('/submit') && request.method() === 'POST' && seen.push(request.url()))
    return seen
  }
  const toList = (page: Page) => page.locator('.bar').getByRole('button', { name: '提交' }).click()

  test('R19: a card shows the clip, and says what helps to record again until it is replaced', { timeout: 90_000 }, async () => {
    const { page, context } = await start('drawn', 16)
    await choose(page, '乐曲', odd('upright.mp4', ['-f', 'lavfi', '-i', 'color=gray:size=360x640:rate=10:duration=12', '-c:v', 'libx264', '-pix_fmt', 'yuv420p']))
    const card = item(page, '乐曲')
    const hints = ['是竖屏拍的', '听不到声音']
    for (const hint of hints) await card.getByText(hint).waitFor({ timeout: 60_000 })
    await expect.poll(() => card.locator('img').evaluate((image: HTMLImageElement) => image.naturalHeight)).toBe(180)
    await card.getByText('00:12').waitFor()
    await card.locator('.tag').getByText('最好重录').waitFor()
    await pictured(page, 'card-hints')
    await page.reload()
    await toList(page)
    for (const hint of hints) await row(page).getByText(hint).waitFor()
    await pictured(page, 'submit-hints')
    await row(page).getByRole('button', { name: '重新录一条' }).click()
    await page.locator('input[type=file][data-from=album]').setInputFiles(centre.clips.mp4)
    await row(page).getByText('已收到').waitFor({ timeout: 60_000 })
    await page.goBack()
    for (const good of ['声音', '横屏']) await card.locator('.checks').getByText(good).waitFor({ timeout: 60_000 })
    expect(await card.locator('.hints').count()).toBe(0)
    await pictured(page, 'card-good')
    await context.close()
  })

  test('a file that holds no video is red to the end: card, list, second device, order list', { timeout: 120_000 }, async () => {
    const { page, context, attempt } = await start('warned', 1)
    const text = odd('words.mp4')
    writeFileSync(text, 'this is no video\n'.repeat(1000))
    const files = [text, odd('sound.mp4', ['-f', 'lavfi', '-i', 'sine=r=8000:d=12', '-c:a', 'aac'])]
    for (const file of files) {
      await choose(page, '乐曲', file)
      await item(page, '乐曲').locator('.tag-bad').waitFor({ timeout: 60_000 })
      await item(page, '乐曲').getByText('打不开').first().waitFor()
    }
    await pictured(page, 'card-broken')
    await page.reload()
    await toList(page)
    await row(page).locator('.tone-bad').first().waitFor()
    await row(page).getByRole('button', { name: '换一条' }).waitFor()
    expect(await page.locator('.bar .main-act').isDisabled()).toBe(true)
    await pictured(page, 'submit-broken')
    const second = await openPhone(browser, centre.url, 'tablet')
    await logIn(second.page, centre.url, centre.candidate('warned', 1))
    await openAttempt(second.page, centre.url, attempt)
    await item(second.page, '乐曲').locator('.tag-bad').waitFor()
    await second.page.goto(`${centre.url}/orders`)
    await second.page.locator('.note-bad').getByText('打不开，不算视频：乐曲').waitFor()
    await second.context.close()
    await context.close()
  })

  test('R17: timed out with nothing but such a file says that it cannot be opened, in red', { timeout: 120_000 }, async () => {
    const { page, context, attempt } = await start('short', 5)
    const text = odd('words.mp4')
    writeFileSync(text, 'this is no video\n'.repeat(1000))
    await choose(page, '乐曲', text)
    await page.getByText('传上来的文件打不开').waitFor({ timeout: 40_000 })
    await page.reload()
    await page.locator('.note-bad').getByText('打不开，不算视频：乐曲').waitFor({ timeout: 60_000 })
    expect(await page.locator('.tone-good, .ended-submitted').count()).toBe(0)
    await pictured(page, 'ended-broken')
    expect((await clipOf(page, attempt.id))?.size).toBeGreaterThan(0)
    await context.close()
  })

  test('R24: a replacement that broke off is remembered after a reload: the old one counts, also before submitting', { timeout: 120_000 }, async () => {
    const { page, context } = await start('drawn', 17)
    await choose(page, '乐曲', centre.clips.avi)
    await received(page)
    await line(page, { up: SLOW })
    await choose(page, '乐曲', centre.clips.mp4)
    await until('some of it is sent', async () => (await percent(page)) >= 20)
    page.on('dialog', (dialog) => void dialog.accept())
    await page.reload()
    await line(page, { up: SLOW })
    await item(page, '乐曲').getByText(/新的视频只到了 \d+%，现在算原来的那一条/).waitFor()
    await pictured(page, 'card-torn')
    await toList(page)
    await row(page).getByText(/新的视频只到了 \d+%，现在算原来的那一条/).waitFor()
    await pictured(page, 'submit-torn')
    await context.close()
  })

  test('«when all has arrived»: armed with a tap, remembered over a reload, submitted once', { timeout: 120_000 }, async () => {
    const { page, context, attempt } = await start('warned', 2)
    await line(page, { up: SLOW })
    await choose(page, '乐曲', centre.clips.mp4)
    await until('some of it is sent', async () => (await percent(page)) >= 10)
    await toList(page)
    await pictured(page, 'submit-waits')
    await page.locator('.bar').getByRole('button', { name: '传完就自动提交' }).click()
    await page.locator('.later').getByText('还在路上：乐曲').waitFor()
    await pictured(page, 'submit-armed')
    page.on('dialog', (dialog) => void dialog.accept())
    await page.reload()
    await page.locator('.later').getByText('还没有传上来：乐曲').waitFor()
    await pictured(page, 'submit-stuck')
    const seen = submits(page)
    await row(page).getByRole('button', { name: '再选一次视频' }).click()
    await page.locator('input[type=file][data-from=album]').setInputFiles(centre.clips.mp4)
    await page.getByText('提交成功').waitFor({ timeout: 90_000 })
    expect(seen).toHaveLength(1)
    expect((await clipOf(page, attempt.id))?.size).toBeGreaterThan(5_000_000)
    await pictured(page, 'ended')
    await context.close()
  })

  test('«when all has arrived» asks where what arrived holds no video', { timeout: 90_000 }, async () => {
    const { page, context, attempt } = await start('drawn', 18)
    const name = await page.locator('article.item h2').nth(1).textContent()
    await choose(page, '乐曲', centre.clips.avi)
    await received(page)
    const long = odd('words.mov')
    writeFileSync(long, 'this is no video\n'.repeat(200_000))
    await line(page, { up: SLOW })
    await page.locator('article.item').nth(1).getByRole('button', { name: '录制/上传视频' }).click()
    await page.locator('input[type=file][data-from=album]').setInputFiles(long)
    await toList(page)
    await page.locator('.bar').getByRole('button', { name: '传完就自动提交' }).click()
    await page.getByRole('dialog').getByRole('button', { name: '传完就自动提交' }).click() // the first was not watched
    const question = page.getByRole('dialog').getByText('打不开，不算视频')
    await question.waitFor({ timeout: 60_000 })
    await pictured(page, 'asks-broken')
    await page.getByRole('dialog').getByRole('button', { name: '先不提交' }).click()
    await page.locator('.row-broken').waitFor()
    expect((await api<{ state: string }>(page, 'GET', `/attempts/${attempt.id}`)).state, name ?? '').toBe('running')
    await context.close()
  })
})
