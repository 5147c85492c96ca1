// R23, R24, R28: recording in the page, with Chromium's made-up camera.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startCentre, type Centre } from './centre'
import { api, button, item, launch, logIn, openAttempt, openPhone, startAttempt } from './phones'

let centre: Centre
let browser: Browser
const pictures = process.env['KAODIAN_PICTURES']

beforeAll(async () => {
  centre = await startCentre()
  browser = await launch(['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'])
}, 180_000)

afterAll(async () => {
  await browser?.close()
  await centre?.end()
})

const look = async (page: Page, name: string) => pictures && page.screenshot({ path: `${pictures}/${name}.png` })

interface Seen {
  items: { name: string; clip?: { size: number; state: string; playable: boolean; rendition: boolean } }[]
}
const clipOf = async (page: Page, id: string) => (await api<Seen>(page, 'GET', `/attempts/${id}`)).items.find(({ name }) => name === '乐曲')?.clip

async function studio(place: number) {
  const phone = await openPhone(browser, centre.url, 'phone', 'zh-CN', { viewport: { width: 844, height: 390 } })
  const { page } = phone
  await logIn(page, centre.url, centre.candidate('drawn', place))
  const attempt = await startAttempt(page)
  await openAttempt(page, centre.url, attempt)
  await item(page, '乐曲').getByRole('button', { name: /录制\/上传视频/ }).click()
  await page.getByRole('link', { name: '在网页里录像' }).click()
  await look(page, 'card')
  await button(page, '打开摄像头').click()
  await button(page, '开始录').click()
  await page.waitForTimeout(4000)
  return { ...phone, attempt }
}

describe('the recorder in the page', () => {
  test('R23: record, finish: it is received and can be seen', { timeout: 120_000 }, async () => {
    const { page, context, attempt } = await studio(0)
    await page.getByText(attempt.code ?? '?', { exact: true }).last().waitFor()
    await look(page, 'landscape')
    await page.setViewportSize({ width: 390, height: 844 })
    await page.getByText('请把手机横过来').waitFor()
    await look(page, 'portrait')
    await page.setViewportSize({ width: 844, height: 390 })
    await button(page, '报幕完了').click()
    await button(page, '录完了').click()
    await page.getByText('考点已收到这段录像').waitFor({ timeout: 30_000 })
    await look(page, 'sent')
    const watchable = (clip: Awaited<ReturnType<typeof clipOf>>) => clip?.playable || clip?.rendition
    await expect.poll(async () => watchable(await clipOf(page, attempt.id)), { timeout: 60_000 }).toBe(true)
    await page.reload()
    await page.getByRole('button', { name: '打开摄像头' }).waitFor()
    expect(await page.getByText('上次录的还在手机里').count(), 'dropped when it arrived').toBe(0)
    await context.close()
  })

  test('R24: a reload in the middle: the recording is offered and sent', { timeout: 90_000 }, async () => {
    const { page, context, attempt } = await studio(1)
    page.on('dialog', (dialog) => void dialog.accept())
    await page.reload()
    await page.getByText('上次录的还在手机里').waitFor()
    await look(page, 'kept')
    await openAttempt(page, centre.url, attempt)
    await button(page, '发送这一段').click()
    await item(page, '乐曲').getByRole('button', { name: '预览' }).waitFor({ timeout: 30_000 })
    expect((await clipOf(page, attempt.id))?.size).toBeGreaterThan(50_000)
    await context.close()
  })

  test('R28: a hidden page: the alarm, and what was recorded is offered', { timeout: 90_000 }, async () => {
    const { page, context } = await studio(2)
    await page.evaluate(() => window.dispatchEvent(new Event('pagehide')))
    await page.getByRole('alertdialog').getByText('录像停了').waitFor()
    await look(page, 'alarm')
    await button(page, '我看到了').click()
    await button(page, '发送这一段').waitFor()
    await context.close()
  })
})
