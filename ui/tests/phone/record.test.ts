// R23, R24, R28: recording in the page, with Chromium's made-up camera, which
// sees and hears a real clip.
import { statSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import zhCN from '../../locales/zh-CN.json'
import { chinese, english } from '../outside/words'
import { LONG, startCentre, type Centre } from './centre'
import { api, button, isSeen, item, launchWithCamera, logIn, openAttempt, openPhone, startAttempt } from './phones'

let centre: Centre
let browser: Browser
const words = zhCN.candidate.record
const pictures = process.env['KAODIAN_PICTURES']

beforeAll(async () => {
  centre = await startCentre()
  browser = await launchWithCamera(centre.folder, centre.clips.mp4)
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

/** What is needed is there without scrolling on a phone held sideways. */
async function fits(page: Page, names: string[]): Promise<void> {
  const below = () => page.evaluate((all) => all.filter((name) => [...document.querySelectorAll(name), ...(document.querySelector(name) ? [] : [null])].some((one) => !one || one.getBoundingClientRect().bottom > innerHeight + 1)), names)
  await expect.poll(below, { timeout: 10_000 }).toEqual([])
}

/** To the open camera. */
async function camera(place: number, prepare: (page: Page) => Promise<unknown> = async () => undefined) {
  const phone = await openPhone(browser, centre.url, 'phone', 'zh-CN', { viewport: { width: 844, height: 390 } })
  const { page } = phone
  await prepare(page)
  await logIn(page, centre.url, centre.candidate('drawn', place))
  const attempt = await startAttempt(page)
  await openAttempt(page, centre.url, attempt)
  await item(page, '乐曲').getByRole('button', { name: /录制\/上传视频/ }).click()
  await fits(page, ['.sheet-clock', '.pick', '.choose-ways .points', '.choose-ways .points ~ .soft', '.say-words'])
  await look(page, 'ways')
  await page.getByRole('link', { name: '在网页里录像' }).click()
  await page.locator('.record .say-words').waitFor()
  await look(page, 'card')
  await fits(page, ['.head-clock', '.record h1', '.record .say-words'])
  await button(page, '打开摄像头').click()
  await button(page, '开始录').waitFor()
  return { ...phone, attempt }
}

/** To a take that goes on. */
async function studio(place: number, prepare?: (page: Page) => Promise<unknown>) {
  const phone = await camera(place, prepare)
  await begin(phone.page)
  await phone.page.waitForTimeout(3000)
  return phone
}

async function begin(page: Page): Promise<void> {
  await page.locator('.studio button.main-act').click()
  await page.locator('.studio-run').waitFor()
}

/** What lies over the outline, where anything does; and how the words and the code stand at this size. */
const standing = (page: Page) =>
  page.evaluate(() => {
    const box = (name: string) => document.querySelector(name)?.getBoundingClientRect() ?? new DOMRect()
    const [outline, screen] = [box('.outline g'), new DOMRect(0, 0, innerWidth, innerHeight)]
    const inside = (one: DOMRect, all: DOMRect) => one.left >= all.left - 1 && one.right <= all.right + 1 && one.top >= all.top - 1 && one.bottom <= all.bottom + 1
    const meets = (one: DOMRect) => one.width > 0 && one.left < outline.right && one.right > outline.left && one.top < outline.bottom && one.bottom > outline.top
    const letters = [...document.querySelectorAll('.studio p, .studio span, .studio strong, .studio button, .top *')]
    const points = [0.02, 0.25, 0.5, 0.75, 0.98].flatMap((x) => [0.02, 0.25, 0.5, 0.75, 0.98].map((y) => [outline.left + x * outline.width, outline.top + y * outline.height] as const))
    const code = document.querySelector('.studio-code strong')
    const words = document.querySelector<HTMLElement>('.studio .say-words')!
    const letter = parseFloat(getComputedStyle(words).fontSize)
    const cut = [...document.querySelectorAll('.large')].filter((one) => one.scrollHeight > one.clientHeight || one.scrollWidth > one.clientWidth)
    return {
      drawn: outline.width > 60 && inside(outline, screen),
      over: letters.filter((one) => meets(one.getBoundingClientRect())).map((one) => one.outerHTML.slice(0, 80)),
      hidden: points.filter(([x, y]) => !document.elementFromPoint(x, y)?.closest('.camera-picture')),
      digits: parseFloat(getComputedStyle(code!).fontSize),
      broken: code!.getClientRects().length > 1 || words.querySelector('.say-code')!.getBoundingClientRect().height > 2 * letter,
      words: letter,
      cut: cut.map((one) => one.className),
      acts: [...document.querySelectorAll('.studio .main-act, .top .help')].every((one) => inside(one.getBoundingClientRect(), screen)),
    }
  })

const landscapes = [[640, 360], [740, 360], [844, 310], [844, 390], [932, 430], [1180, 820]] as const
const uprights = [[360, 640], [390, 844], [820, 1180]] as const

/** At every size nothing is over the outline and nothing is cut off; a phone that lies has digits for 3 m. */
async function standsEverywhere(page: Page, when: string): Promise<void> {
  for (const [width, height] of [...landscapes, ...uprights]) {
    await page.setViewportSize({ width, height })
    const at = `${when}, ${width} × ${height}`
    await expect.poll(async () => (await standing(page)).cut, { message: at }).toEqual([])
    const seen = await standing(page)
    expect(seen, at).toMatchObject({ drawn: true, over: [], hidden: [], broken: false, acts: true })
    if (width > height) expect(seen.digits, `${at}: 52 px of digit`).toBeGreaterThanOrEqual(73)
    expect(seen.words, at).toBeGreaterThanOrEqual(16)
    await look(page, `stands-${when}-${width}x${height}`)
  }
  await page.setViewportSize({ width: 844, height: 390 })
}

describe('the recorder in the page', () => {
  test('R23: record, finish: it is received and can be seen', { timeout: 120_000 }, async () => {
    const { page, context, attempt } = await studio(0)
    expect(await page.locator('.studio-code strong').textContent()).toBe(attempt.code)
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

  /** In place of the microphone: one that gives silence, or nothing at all. */
  const muted = (gives: 'silence' | 'nothing') => (page: Page) =>
    page.addInitScript((gives) => {
      const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
      navigator.mediaDevices.getUserMedia = async (wanted) => {
        const given = await open(wanted)
        const audio = new AudioContext()
        const out = audio.createMediaStreamDestination()
        if (gives === 'silence') {
          const tone = new OscillatorNode(audio)
          tone.connect(new GainNode(audio, { gain: 0 })).connect(out)
          tone.start()
        }
        given.getAudioTracks().forEach((track) => given.removeTrack(track))
        out.stream.getAudioTracks().forEach((track) => given.addTrack(track))
        return given
      }
    }, gives)

  test('R23: a microphone that gives no sound is told of before the take, and one that works is not', { timeout: 120_000 }, async () => {
    const silent = await camera(14, muted('silence'))
    await silent.page.getByText(words.unheard).waitFor()
    await fits(silent.page, ['.camera-light', '.studio .main-act'])
    expect((await standing(silent.page)).digits, 'the code is read from 3 m all the same').toBeGreaterThanOrEqual(73)
    await look(silent.page, 'unheard')
    await silent.context.close()
    const heard = await camera(15)
    await heard.page.waitForTimeout(6000)
    expect(await heard.page.getByText(words.unheard).count()).toBe(0)
    await heard.context.close()
  })

  test.each([['zh-CN', 7], ['en', 8]] as const)('a camera that does not open is not just waited for: in %s', { timeout: 120_000 }, async (language, place) => {
    const t = language === 'en' ? english : chinese
    const { page, context } = await openPhone(browser, centre.url, 'phone', language, { viewport: { width: 640, height: 360 } })
    await page.addInitScript(() => {
      const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
      let asked = 0
      // The first time another app holds it, and the phone does not say so.
      navigator.mediaDevices.getUserMedia = (wanted) => (asked++ === 0 ? new Promise<never>(() => undefined) : open(wanted))
    })
    await logIn(page, centre.url, centre.candidate('drawn', place))
    const { id } = await startAttempt(page)
    const [first] = (await api<{ items: { id: string }[] }>(page, 'GET', `/attempts/${id}`)).items
    await page.goto(`${centre.url}/attempts/${id}/record/${first?.id}`)
    await button(page, t('candidate.record.open')).click()
    await page.getByText(t('candidate.record.opening')).waitFor()
    await fits(page, ['.studio-links'])
    await page.getByText(t('candidate.record.stuck')).waitFor({ timeout: 30_000 })
    await fits(page, ['.studio-links'])
    await look(page, `stuck-${language}`)
    await button(page, t('candidate.record.close')).click()
    await button(page, t('candidate.record.open')).click()
    await button(page, t('candidate.record.start')).waitFor()
    expect(await page.getByText(t('candidate.record.stuck')).count()).toBe(0)
    await context.close()
  })

  test('R28: a take that has nothing in it is not ended without a word', { timeout: 120_000 }, async () => {
    const { page, context, attempt } = await studio(9, muted('nothing'))
    await button(page, '录完了').click()
    await page.getByText(words.hollow).waitFor()
    await button(page, '打开摄像头').waitFor()
    expect(await clipOf(page, attempt.id)).toBeUndefined()
    await look(page, 'hollow')
    await context.close()
  })

  test('R23: held upright it asks to be turned; 3, 2, 1 with tones that are not in the take; nothing over the outline', { timeout: 120_000 }, async () => {
    const listen = () => {
      const heard = { tones: [] as number[], begun: 0 }
      Object.assign(window, { heard })
      const [sound, start] = [OscillatorNode.prototype.stop, MediaRecorder.prototype.start]
      OscillatorNode.prototype.stop = function (at) {
        heard.tones.push(performance.now() + ((at ?? 0) - this.context.currentTime) * 1000)
        sound.call(this, at)
      }
      MediaRecorder.prototype.start = function (every) {
        heard.begun = performance.now()
        start.call(this, every)
      }
    }
    const { page, context, attempt } = await camera(LONG.n, (opened) => opened.addInitScript(listen))
    const finder = page.waitForEvent('worker')
    await page.setViewportSize({ width: 390, height: 844 })
    await page.getByRole('heading', { name: '请把手机横过来' }).waitFor()
    expect(await page.locator('.outline').count()).toBe(0)
    for (const [width, height] of [...uprights, [280, 653]] as const) {
      await page.setViewportSize({ width, height })
      for (const shown of ['.studio .sheet-clock strong >> nth=0', '.studio .sheet-clock strong >> nth=1', '.turn-anyway']) expect(await isSeen(page.locator(shown)), `${shown} at ${width} × ${height}`).toBe(true)
      await look(page, `turn-${width}x${height}`)
    }
    expect(await page.locator('.studio .sheet-clock').innerText(), 'R8: the code').toContain(attempt.code)
    await page.setViewportSize({ width: 390, height: 844 })
    await button(page, '就竖着录').click()
    await page.locator('.outline').waitFor()
    expect((await finder).url()).toContain('faceWorker')
    expect(await page.locator('.camera video').evaluate((picture) => getComputedStyle(picture).transform), 'mirrored').toContain('matrix(-1')
    await standsEverywhere(page, 'ready')
    await button(page, '开始录').click()
    await page.locator('.studio-count').waitFor()
    await look(page, 'count')
    await button(page, '取消').click()
    await button(page, '开始录').click()
    await page.locator('.studio-run').waitFor()
    const heard = await page.evaluate(() => (window as unknown as { heard: { tones: number[]; begun: number } }).heard)
    expect(heard.tones.length).toBeGreaterThanOrEqual(4)
    expect(heard.begun, 'begins when the last tone is over').toBeGreaterThan(Math.max(...heard.tones))
    await standsEverywhere(page, 'recording')
    await context.close()
  })

  test('R23: in English the code is as high as in Chinese; with the announcement over, «finish» stays in reach at every size', { timeout: 120_000 }, async () => {
    const { page, context } = await camera(18)
    await page.getByRole('button', { name: 'English' }).click()
    for (const [width, height] of landscapes) {
      await page.setViewportSize({ width, height })
      const at = `${width} × ${height}`
      await expect.poll(async () => (await standing(page)).cut, { message: at }).toEqual([])
      expect((await standing(page)).digits, `${at}: 52 px of digit`).toBeGreaterThanOrEqual(73)
      expect(await page.locator('.studio-code strong').evaluate((code) => code.getClientRects().length), `${at}: one line`).toBe(1)
      await look(page, `stands-English-${width}x${height}`)
    }
    await begin(page)
    await button(page, 'Announcement done').click()
    await page.locator('.outline').waitFor({ state: 'detached' })
    for (const [width, height] of [...landscapes, ...uprights]) {
      await page.setViewportSize({ width, height })
      await expect.poll(async () => (await standing(page)).acts, { message: `${width} × ${height}` }).toBe(true)
    }
    await context.close()
  })

  test('R33: in English the pinyin can be read at every size, with a long piece too, and all of it', { timeout: 120_000 }, async () => {
    const { page, context } = await camera(LONG.n + 1)
    await page.getByRole('button', { name: 'English' }).click()
    for (const [width, height] of [...landscapes, ...uprights]) {
      await page.setViewportSize({ width, height })
      if (width < height) await button(page, 'Record upright anyway').click({ timeout: 2000 }).catch(() => undefined) // once
      const at = `${width} × ${height}`
      await expect.poll(async () => (await standing(page)).cut, { message: at }).toEqual([])
      const least = await page.locator('.studio .say-line rt, .studio .say-line small').evaluateAll((all) => Math.min(...all.filter((one) => one.getClientRects().length > 0).map((one) => parseFloat(getComputedStyle(one).fontSize))))
      expect(least, at).toBeGreaterThanOrEqual(11)
      const rows = await page.locator('.studio-links .link').evaluateAll((all) => new Set(all.map((one) => Math.round(one.getBoundingClientRect().top))).size)
      expect(rows, `${at}: the links in one row`).toBe(1)
      const tall = await page.locator('.studio-links .link').evaluateAll((all) => Math.max(...all.map((one) => one.getBoundingClientRect().height)))
      expect(tall, `${at}: a line each`).toBeLessThan(50)
      expect(await standing(page), at).toMatchObject({ drawn: true, over: [], hidden: [], acts: true })
      await look(page, `pinyin-${width}x${height}`)
    }
    await page.setViewportSize({ width: 844, height: 390 })
    await context.setOffline(true)
    await page.locator('.studio-waits').waitFor({ timeout: 20_000 }) // the camera is open, nothing is recorded yet
    for (const [width, height] of landscapes) {
      await page.setViewportSize({ width, height })
      await expect.poll(() => isSeen(page.locator('.studio .main-act')), { message: `${width} × ${height}` }).toBe(true)
      expect(await standing(page), `lost, ${width} × ${height}`).toMatchObject({ over: [], hidden: [] })
      await look(page, `before-lost-${width}x${height}`)
    }
    await context.close()
  })

  test.each([['zh-CN', 16], ['en', 17]] as const)('without the centre «finish» stays in sight at every size, with one line about it: in %s', { timeout: 120_000 }, async (language, place) => {
    const { page, context } = await camera(place)
    if (language === 'en') await page.getByRole('button', { name: 'English' }).click()
    await begin(page)
    await context.setOffline(true)
    await page.locator('.studio-waits').waitFor()
    await page.waitForTimeout(6000) // by then the page says that the centre is lost
    for (const [width, height] of [...landscapes, [640, 310] as const, ...uprights]) {
      await page.setViewportSize({ width, height })
      const at = `${width} × ${height}`
      await expect.poll(() => isSeen(page.locator('.studio .main-act')), { message: at, timeout: 15_000 }).toBe(true)
      await expect.poll(() => page.locator('.studio-side').getByRole('status').count(), { message: at, timeout: 15_000 }).toBe(0)
      const tall = () => page.locator('.studio-waits').evaluate((line) => line.getBoundingClientRect().height)
      await expect.poll(tall, { message: `${at}: one line`, timeout: 15_000 }).toBeLessThan(36)
      await look(page, `lost-${language}-${width}x${height}`)
    }
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
      await button(page, 'Record upright anyway').click()
      await begin(page)
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
    await page.getByRole('alertdialog').getByText(/录下的 \d+ 秒.*算这个科目的视频/).waitFor()
    expect(await page.locator('.alarm .sheet-clock').innerText(), 'R8: the code').toContain(attempt.code)
    await look(page, 'alarm')
    await button(page, '我看到了').click()
    await page.getByText(/考点全部收到了，现在就算这个科目的视频/).waitFor({ timeout: 30_000 })
    await page.getByText('最好现在重新录一次').waitFor()
    await look(page, 'alarm-seen')
    const whole = await clipOf(page, attempt.id)
    expect(whole?.size).toBeGreaterThan(50_000)

    // A take that broke off takes no clip's place unasked.
    await button(page, '重新录').click()
    await begin(page)
    await expect.poll(() => arrived(page, attempt.id), { timeout: 20_000 }).toBeGreaterThan(50_000)
    await page.evaluate(() => window.dispatchEvent(new Event('pagehide')))
    await page.getByRole('alertdialog').getByText(/还不算数。\s*之前那条视频还在，照样算数/).waitFor()
    await button(page, '我看到了').click()
    await button(page, '发送这一段').waitFor()
    expect((await clipOf(page, attempt.id))?.id).toBe(whole?.id)
    await look(page, 'alarm-kept')
    await button(page, '不要这一段').click()
    await page.getByRole('dialog').getByRole('button', { name: '不要这一段' }).click()
    await expect.poll(() => arrived(page, attempt.id), { message: 'the centre forgets it too', timeout: 10_000 }).toBe(0)
    await context.close()
  })

  test('R28: a camera that goes before the take, and one that goes in it: each is said, with what is there', { timeout: 90_000 }, async () => {
    const keep = () => {
      const given = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
      navigator.mediaDevices.getUserMedia = async (wanted) => {
        const stream = await given(wanted)
        return Object.assign(window, { camera: stream }).camera
      }
    }
    const { page, context } = await camera(6, (opened) => opened.addInitScript(keep))
    const lose = () =>
      page.evaluate(() => {
        for (const track of (window as unknown as { camera: MediaStream }).camera.getTracks()) {
          track.stop()
          track.dispatchEvent(new Event('ended')) // as the browser does it when the camera is taken away
        }
      })
    await lose()
    await page.getByText('摄像头断了。请再打开一次。').waitFor()
    await button(page, '打开摄像头').click()
    await button(page, '开始录').waitFor()
    await begin(page)
    await lose()
    const alarm = page.getByRole('alertdialog')
    await alarm.getByText('摄像头或麦克风断了').waitFor()
    await alarm.getByText(/录下的 \d+ 秒|什么也没有录下来/).waitFor()
    await button(page, '我看到了').click()
    await button(page, '重新录').waitFor()
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
