// R23, R24, R28: recording in the page, with Chromium's made-up camera, which
// sees and hears a real clip.
import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { run } from '../outside/programs'
import { startCentre, type Centre } from './centre'
import { api, button, item, launch, logIn, openAttempt, openPhone, startAttempt } from './phones'

let centre: Centre
let browser: Browser
const pictures = process.env['KAODIAN_PICTURES']

beforeAll(async () => {
  centre = await startCentre()
  const [seen, heard] = [join(centre.folder, 'camera.mjpeg'), join(centre.folder, 'microphone.wav')]
  run('ffmpeg', ['-v', 'error', '-i', centre.clips.mp4, '-t', '4', '-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p', '-q:v', '5', '-an', seen])
  run('ffmpeg', ['-v', 'error', '-i', centre.clips.mp4, '-t', '4', '-af', 'volume=12dB', heard])
  browser = await launch([
    '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream',
    `--use-file-for-fake-video-capture=${seen}`, `--use-file-for-fake-audio-capture=${heard}`,
  ])
}, 180_000)

afterAll(async () => {
  await browser?.close()
  await centre?.end()
})

const look = async (page: Page, name: string) => pictures && page.screenshot({ path: `${pictures}/${name}.png` })

interface Seen {
  items: { name: string; clip?: { id: string; size: number; state: string; playable: boolean; rendition: boolean; hints: string[] }; receiving?: { offset: number; live?: boolean } }[]
}
const pieceOf = async (page: Page, id: string) => (await api<Seen>(page, 'GET', `/attempts/${id}`)).items.find(({ name }) => name === '乐曲')
const clipOf = async (page: Page, id: string) => (await pieceOf(page, id))?.clip
const arrived = async (page: Page, id: string) => (await pieceOf(page, id))?.receiving?.offset ?? 0

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
    const level = await page.locator('.camera-bar i').evaluate((bar) => new DOMMatrix(getComputedStyle(bar).transform).a)
    expect(level, 'the tone is heard').toBeGreaterThan(0.5)
    await expect.poll(() => arrived(page, attempt.id), { message: 'sent while it is recorded', timeout: 15_000 }).toBeGreaterThan(50_000)
    await page.getByText('已传给考点').waitFor()
    await page.setViewportSize({ width: 390, height: 844 })
    await page.getByText('请把手机横过来').waitFor()
    await look(page, 'portrait')
    await page.setViewportSize({ width: 844, height: 390 })
    await button(page, '报幕完了').click()
    await button(page, '录完了').click()
    await page.getByText('考点已收到这段录像').waitFor({ timeout: 30_000 })
    await page.getByRole('link', { name: '存一份到手机' }).waitFor()
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
    await expect.poll(() => arrived(page, attempt.id), { timeout: 15_000 }).toBeGreaterThan(50_000)
    const uploads: string[] = []
    page.on('request', (request) => request.method() === 'POST' && request.url().endsWith('/uploads') && uploads.push(request.url()))
    await page.reload()
    await page.getByText('上次录的还在手机里').waitFor()
    await look(page, 'kept')
    await openAttempt(page, centre.url, attempt)
    await look(page, 'torn-kept')
    const before = await arrived(page, attempt.id)
    expect(before).toBeGreaterThan(50_000)
    await button(page, '发送这一段').click()
    await item(page, '乐曲').getByRole('button', { name: '预览' }).waitFor({ timeout: 30_000 })
    expect((await clipOf(page, attempt.id))?.size, 'more than had arrived').toBeGreaterThanOrEqual(before)
    expect(uploads, 'it went on where it was').toEqual([])
    await context.close()
  })

  test('R24: the network flaps and the server is killed meanwhile: nothing of it is lost', { timeout: 120_000 }, async () => {
    const { page, context, attempt } = await studio(4)
    await expect.poll(() => arrived(page, attempt.id), { timeout: 15_000 }).toBeGreaterThan(50_000)
    for (let i = 0; i < 2; i++) {
      await context.setOffline(true)
      await page.waitForTimeout(2500)
      await context.setOffline(false)
      await page.waitForTimeout(1500)
    }
    await centre.restart()
    await page.waitForTimeout(2000)
    await button(page, '录完了').click()
    await page.getByText('考点已收到这段录像').waitFor({ timeout: 60_000 })
    const [copy] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: '存一份到手机' }).click()])
    expect((await clipOf(page, attempt.id))?.size).toBe(statSync(await copy.path()).size)
    await context.close()
  })

  test('a whole exam recorded in the page, on a tablet, in English', { timeout: 120_000 }, async () => {
    const { page, context } = await openPhone(browser, centre.url, 'tablet', 'en')
    await logIn(page, centre.url, centre.candidate('drawn', 5))
    const attempt = await startAttempt(page)
    await openAttempt(page, centre.url, attempt)
    for (const name of ['Repertoire piece', 'Sight reading']) {
      await item(page, name).getByRole('button', { name: 'Record or upload' }).click()
      await page.getByRole('link', { name: 'Record in this page' }).click()
      await button(page, 'Open the camera').click()
      await button(page, 'Start').click()
      await page.waitForTimeout(3000)
      await look(page, `tablet-${name}`)
      await button(page, 'Finish').click()
      await page.getByText('The centre has this recording').waitFor({ timeout: 30_000 })
      await button(page, 'Back to the videos').click()
      await item(page, name).getByRole('button', { name: 'Preview' }).waitFor()
    }
    await page.locator('.bar').getByRole('button', { name: 'Submit' }).click()
    await button(page, 'Submit').click()
    await page.getByRole('dialog').getByRole('button', { name: /submit/i }).click()
    await page.locator('.receipt').waitFor()
    await look(page, 'tablet-receipt')
    await context.close()
  })

  test('R28: a hidden page: the alarm, and what was recorded is the clip', { timeout: 90_000 }, async () => {
    const { page, context, attempt } = await studio(2)
    await page.evaluate(() => window.dispatchEvent(new Event('pagehide')))
    await page.getByRole('alertdialog').getByText('录像停了').waitFor()
    await look(page, 'alarm')
    await button(page, '我看到了').click()
    await expect.poll(async () => (await clipOf(page, attempt.id))?.size ?? 0, { timeout: 30_000 }).toBeGreaterThan(50_000)
    const whole = await clipOf(page, attempt.id)

    // A take that broke off takes no clip's place unasked.
    await button(page, '打开摄像头').click()
    await button(page, '开始录').click()
    await expect.poll(() => arrived(page, attempt.id), { timeout: 20_000 }).toBeGreaterThan(50_000)
    await page.evaluate(() => window.dispatchEvent(new Event('pagehide')))
    await button(page, '我看到了').click()
    await button(page, '发送这一段').waitFor()
    expect((await clipOf(page, attempt.id))?.id).toBe(whole?.id)
    await look(page, 'alarm-kept')
    await button(page, '不要这一段').click()
    await page.getByRole('dialog').getByRole('button', { name: '不要这一段' }).click()
    await expect.poll(() => arrived(page, attempt.id), { message: 'the centre forgets it too', timeout: 10_000 }).toBe(0)
    await context.close()
  })

  test('R28: a lost phone: another one takes what has arrived', { timeout: 90_000 }, async () => {
    const { context, attempt, page: lost } = await studio(3)
    await expect.poll(() => arrived(lost, attempt.id), { timeout: 15_000 }).toBeGreaterThan(50_000)
    await context.close()
    const { page, context: other } = await openPhone(browser, centre.url)
    await logIn(page, centre.url, centre.candidate('drawn', 3))
    await openAttempt(page, centre.url, attempt)
    await item(page, '乐曲').getByText('另一台设备正在录像').waitFor()
    await look(page, 'elsewhere')
    await button(page, '在此设备继续考试').click()
    await page.getByRole('dialog').getByRole('button', { name: '在此设备继续考试' }).click().catch(() => undefined)
    await item(page, '乐曲').getByText('录像中断了').waitFor()
    await look(page, 'torn')
    await button(page, '就用已收到的这一段').click()
    await item(page, '乐曲').getByRole('button', { name: '预览' }).waitFor({ timeout: 30_000 })
    await expect.poll(async () => (await clipOf(page, attempt.id))?.state, { timeout: 60_000 }).toBe('examined')
    await other.close()
  })
})
