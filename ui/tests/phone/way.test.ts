// The way through the exam: the phone's way back, the countdown beside it, the
// steps before it, extra time, and how it ends.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from '../outside/programs'
import { startCentre, type Centre } from './centre'
import { api, button, choose, item, launch, logIn, openAttempt, openPhone, startAttempt, type Language, type Phone, type Profile } from './phones'

let centre: Centre
let browser: Browser

beforeAll(async () => {
  centre = await startCentre()
  browser = await launch(['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'])
}, 180_000)

afterAll(async () => {
  await browser?.close()
  await centre?.end()
})

const pictures = process.env['KAODIAN_PICTURES']
const pictured = async (page: Page, name: string) => pictures && page.waitForTimeout(500).then(() => page.screenshot({ path: `${pictures}/${name}.png` }))

async function enter(kind: Parameters<Centre['candidate']>[0], place: number, profile: Profile = 'phone', language: Language = 'zh-CN'): Promise<Phone & { order: string }> {
  const phone = await openPhone(browser, centre.url, profile, language)
  await logIn(phone.page, centre.url, centre.candidate(kind, place))
  const [order] = await api<{ id: string }[]>(phone.page, 'GET', '/orders')
  return { ...phone, order: order?.id ?? '' }
}

async function start(kind: Parameters<Centre['candidate']>[0], place: number) {
  const phone = await enter(kind, place)
  const attempt = await startAttempt(phone.page)
  await phone.page.goto(`${centre.url}/orders`)
  await button(phone.page, '继续考试').click()
  await phone.page.locator('.head-code').first().waitFor()
  return { ...phone, attempt }
}

const closed = (page: Page, what: string) => until(`${what} is closed`, async () => (await page.locator('.van-popup:visible, .van-dialog:visible').count()) === 0)
const inExam = async (page: Page, attempt: { id: string }) => {
  await until('the exam is shown', async () => new URL(page.url()).pathname === `/attempts/${attempt.id}` && (await page.locator('.head-clock').first().isVisible()))
}
const runs = async (page: Page) => /^\d\d:\d\d$/.test((await page.locator('.running-clock').first().textContent({ timeout: 10_000 }))?.trim() ?? '')

/** Staff, by the same calls as their pages make. */
async function atTheDesk(): Promise<Phone> {
  const desk = await openPhone(browser, centre.url, 'desktop')
  await desk.page.goto(`${centre.url}/staff/`)
  await api(desk.page, 'POST', '/staff/login', centre.staff)
  return desk
}

describe('the phone’s way back', () => {
  test('closes what is open, and never leaves the exam', { timeout: 120_000 }, async () => {
    const { page, context, attempt } = await start('drawn', 0)
    const record = item(page, '乐曲').getByRole('button', { name: /录制\/上传视频|换一条/ }).first()
    const score = page.locator('.drawn button').first()
    const before = await page.evaluate(() => history.length)
    for (let i = 0; i < 3; i++) {
      await record.click()
      await page.locator('.sheet').waitFor()
      await page.goBack()
      await closed(page, 'the sheet')
    }
    await score.click()
    await page.locator('.score img').waitFor()
    await page.goBack()
    await closed(page, 'the score')
    await inExam(page, attempt)

    await choose(page, '乐曲', centre.clips.mp4)
    await item(page, '乐曲').getByRole('button', { name: '预览' }).click({ timeout: 60_000 })
    await page.locator('.sheet video').evaluate((video: HTMLVideoElement) => video.requestFullscreen().catch(() => undefined))
    await page.goBack()
    await until('the whole screen is given up', () => page.evaluate(() => document.fullscreenElement === null))
    if (await page.locator('.sheet video').isVisible()) await page.goBack()
    await closed(page, 'the preview')

    await item(page, '乐曲').getByRole('button', { name: '删除' }).click()
    await page.getByRole('dialog').waitFor()
    await page.goBack()
    await closed(page, 'the question')
    expect(await item(page, '乐曲').getByRole('button', { name: '预览' }).count(), 'back means no').toBe(1)
    await button(page, '求助').click()
    await page.locator('.help-say').waitFor()
    await page.goBack()
    await closed(page, 'help')
    await inExam(page, attempt)
    expect(await page.evaluate(() => history.length), 'nothing piles up').toBe(before)

    for (const [name, title] of [['提交', '提交前看一看'], ['重置', '重置这次考试']] as const) {
      await button(page, name).click()
      await page.getByRole('heading', { name: title }).waitFor()
      await page.goBack()
      await record.waitFor()
      await inExam(page, attempt)
    }
    await page.goBack()
    await page.getByText('返回键不会离开考试').waitFor()
    await pictured(page, 'stayed')
    await page.goForward() // to the page that was left
    await page.getByRole('heading', { name: '重置这次考试' }).waitFor()
    await page.goBack()
    await inExam(page, attempt)
    await page.goBack()
    await page.getByText('返回键不会离开考试').waitFor()
    await inExam(page, attempt)
    await context.close()
  })

  test('also after a reload with a sheet open, by a link that is the first page, and in two tabs', { timeout: 90_000 }, async () => {
    const { page, context, attempt } = await start('drawn', 1)
    await page.locator('.drawn button').first().click()
    await page.locator('.score img').waitFor()
    await page.reload()
    await page.locator('.head-code').first().waitFor()
    await page.goBack()
    await page.getByText('返回键不会离开考试').waitFor()
    await inExam(page, attempt)

    const second = await context.newPage()
    await openAttempt(second, centre.url, attempt)
    await second.goBack()
    await second.getByText('返回键不会离开考试').waitFor()
    await inExam(second, attempt)
    const third = await context.newPage()
    await third.goto(`${centre.url}/attempts/${attempt.id}/submit`)
    await third.getByRole('heading', { name: '提交前看一看' }).waitFor()
    await third.goBack()
    await third.locator('.drawn').waitFor()
    await inExam(third, attempt)
    // The sentence has the way out, and the order list the way in.
    await third.goBack()
    await third.getByRole('link', { name: '去看报名订单' }).click()
    await third.getByRole('heading', { name: '报名订单' }).waitFor()
    await third.locator('.running-link').click()
    await inExam(third, attempt)
    await context.close()
  })

  test('asks while it records, and loses nothing', { timeout: 90_000 }, async () => {
    const { page, context, attempt } = await start('drawn', 2)
    await page.goto(`${centre.url}/attempts/${attempt.id}/record/2`)
    await page.locator('button.main-act').click()
    await page.locator('.studio button.main-act').waitFor()
    await page.goBack()
    await page.locator('.studio').waitFor({ state: 'detached' })
    await page.setViewportSize({ width: 844, height: 390 })
    await page.locator('button.main-act').click()
    await button(page, '开始录').click()
    await page.locator('.studio-count').waitFor()
    await page.goBack() // takes the count back
    await button(page, '开始录').click()
    await page.locator('.studio-run').waitFor()
    await page.goBack()
    await button(page, '继续录').waitFor()
    await page.goBack()
    await closed(page, 'the question')
    await page.locator('.studio-run').waitFor()
    await page.goBack()
    await page.getByRole('dialog').getByRole('button', { name: '录完了' }).click()
    await page.locator('.studio').waitFor({ state: 'detached' })
    await until('the take is here or there', async () => (await api<{ items: { clip?: object; receiving?: object }[] }>(page, 'GET', `/attempts/${attempt.id}`)).items.some((one) => one.clip ?? one.receiving))
    await page.goBack()
    await page.locator('.drawn').waitFor()
    await inExam(page, attempt)
    await context.close()
  })

  test('after the end leads to the order list', { timeout: 60_000 }, async () => {
    const { page, context, attempt } = await start('drawn', 3)
    await choose(page, '乐曲', centre.clips.mp4)
    await item(page, '乐曲').getByRole('button', { name: '预览' }).waitFor({ timeout: 60_000 })
    await api(page, 'POST', `/attempts/${attempt.id}/submit`)
    await page.getByText('提交成功').waitFor()
    await page.getByText(attempt.code ?? '?', { exact: true }).waitFor() // R14: the receipt names the code
    await page.getByText('没有视频的科目：视奏').waitFor()
    await pictured(page, 'submitted')
    await page.goBack()
    await page.getByRole('heading', { name: '报名订单' }).waitFor()
    await page.getByText('2 个科目收到 1 条视频').waitFor()
    expect(await page.locator('.running').count()).toBe(0)
    await context.close()
  })
})

describe('the countdown', () => {
  test('R7: stands on every page beside a running attempt, and leads back; also on a second device', { timeout: 90_000 }, async () => {
    const { page, context, attempt, order } = await start('drawn', 4)
    for (const path of ['/orders', `/orders/${order}`, ...['ticket', 'check', 'guide', 'practice', 'rules', 'consent'].map((name) => `/orders/${order}/${name}`), '/secure', '/guide', '/login']) {
      await page.goto(centre.url + path)
      expect(await runs(page), path).toBe(true)
      expect(await page.locator('.running-link').evaluate((link) => link.getBoundingClientRect().height), 'a finger finds it').toBeGreaterThanOrEqual(44)
      await pictured(page, `running${path.replace(order, '').replace(/\W+/g, '-')}`)
    }
    await page.locator('.running-link').click()
    await inExam(page, attempt)
    const second = await openPhone(browser, centre.url, 'small', 'en')
    await logIn(second.page, centre.url, centre.candidate('drawn', 4))
    expect(await runs(second.page)).toBe(true)
    await pictured(second.page, 'running-small-en')
    await api(page, 'POST', `/attempts/${attempt.id}/reset`)
    await second.page.locator('.running').waitFor({ state: 'detached' })
    await second.context.close()
    await context.close()
  })

  test('R26: stands there for a practice run too, as such', { timeout: 60_000 }, async () => {
    const { page, context, order } = await enter('drawn', 5)
    await page.goto(`${centre.url}/orders/${order}/practice`)
    await button(page, '开始模拟').click()
    await button(page, '我知道了').click()
    await page.goBack()
    await page.getByRole('link', { name: '去看报名订单' }).click()
    await page.locator('.running').getByText('模拟考试进行中').waitFor()
    await page.locator('.running-link').click()
    await button(page, '结束模拟').click()
    await page.getByRole('heading', { name: '考试信息' }).waitFor()
    await page.locator('.running').waitFor({ state: 'detached' })
    await context.close()
  })
})

describe('R22: extra time', () => {
  test('arrives with a sentence, once, on whatever page', { timeout: 90_000 }, async () => {
    const { page, context, attempt } = await start('drawn', 6)
    const desk = await atTheDesk()
    const give = (minutes: number) => api(desk.page, 'POST', `/staff/attempts/${attempt.id}/extra-time`, { grant: `grant-of-${minutes}-minutes`, minutes, reason: '停电。' })
    await give(10)
    const note = page.locator('.extra-time')
    await note.getByText(/给你补时 10 分钟，考试到 \d\d:\d\d 为止。 原因：停电。$/).waitFor()
    await pictured(page, 'extra')
    await page.reload()
    await note.getByText('给你补时 10 分钟').waitFor() // not read yet
    await note.getByRole('button', { name: '关闭' }).click()
    await note.waitFor({ state: 'detached' })
    await page.reload()
    await page.locator('.head-code').first().waitFor()
    expect(await note.count(), 'it was read').toBe(0)
    await page.goto(`${centre.url}/orders`)
    await page.locator('.running-link').waitFor()
    await give(5)
    await note.getByText('给你补时 5 分钟').waitFor()
    expect(await note.getByText('10 分钟').count()).toBe(0)
    await pictured(page, 'extra-orders')
    await context.close()
    await desk.context.close()
  })
})

describe('R17: time runs out', () => {
  test('with nothing there: no receipt, nothing green, and one way on; extra time opens it again', { timeout: 120_000 }, async () => {
    const { page, context, attempt } = await start('short', 0)
    const lazy = await openPhone(browser, centre.url)
    await logIn(lazy.page, centre.url, centre.candidate('short', 0))
    await lazy.page.locator('.running-clock').waitFor() // the order list of another device
    await page.getByRole('heading', { name: '时间到，没有收到视频' }).waitFor({ timeout: 40_000 })
    await page.getByText(/24:00.*之前.*还可重置 2 次.*自动弃权/).waitFor()
    await pictured(page, 'empty')
    expect(await page.locator('.receipt, .tone-good, .ended-submitted').count()).toBe(0)
    expect(await page.locator('.ended button').count(), 'one button').toBe(1)
    await lazy.page.getByText('考试时间到了').waitFor()
    await lazy.page.getByText('没有收到视频', { exact: true }).waitFor({ timeout: 40_000 })
    await pictured(lazy.page, 'empty-orders')

    const desk = await atTheDesk()
    await api(desk.page, 'POST', `/staff/attempts/${attempt.id}/extra-time`, { grant: 'grant-that-opens', minutes: 1, reason: '网络故障' })
    await page.getByText('考试重新开放 1 分钟').waitFor()
    await inExam(page, attempt)
    await page.getByRole('heading', { name: '时间到，没有收到视频' }).waitFor({ timeout: 80_000 })
    await button(page, '再考一次').click()
    await page.getByRole('dialog').getByText('还可以重置 2 次').waitFor()
    await page.getByRole('dialog').getByRole('button', { name: '再考一次' }).click()
    await page.waitForURL(/\/rules$/)
    await page.getByText('— 文字到此结束 —').waitFor()
    await page.goto(`${centre.url}/attempts/${attempt.id}`)
    await page.getByRole('heading', { name: '这次考试已重置' }).waitFor()
    await button(page, '再考一次').click()
    await page.waitForURL(/\/rules$/)
    for (const phone of [desk, lazy]) await phone.context.close()
    await context.close()
  })
})

describe('the steps before the exam', () => {
  test.each([['small', 'zh-CN'], ['small', 'en']] as const)('nothing is skipped unseen: on a %s in %s', { timeout: 90_000 }, async (profile, language) => {
    const { page, context, order } = await enter('drawn', language === 'en' ? 8 : 7, profile, language)
    const here = (step: string) => page.locator('.path [aria-current=step]', { hasText: step }).waitFor()
    const words = language === 'en' ? { check: 'Check', practice: 'Practice', rules: 'Rules', enter: 'Enter the exam' } : { check: '检测', practice: '模拟', rules: '规则', enter: '进入考试' }
    const narrow = async (name: string) => {
      await pictured(page, `path-${name}-${language}`)
      expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), name).toBe(0)
      const bottoms = await page.locator('.path-step').evaluateAll((steps) => steps.map((step) => step.getBoundingClientRect().height))
      expect(new Set(bottoms).size, `${name}: one line each`).toBe(1)
    }
    await button(page, words.enter).click()
    await here(words.check)
    await narrow('check')
    await page.locator('.path-next').click() // not done: skipped, and said so
    await here(words.practice)
    await narrow('practice')
    expect(await page.locator('.path-skipped').count()).toBe(1)
    await page.locator('.path-next').click()
    await page.waitForURL(/\/consent$/)
    await here(words.rules)
    expect(await page.locator('.path-skipped').count()).toBe(2)
    await api(page, 'POST', `/orders/${order}/consent`, { face: false })
    await page.goto(`${centre.url}/orders`)
    await button(page, words.enter).click()
    await page.waitForURL(/\/rules$/) // what was skipped once is not asked for again
    await here(words.rules)
    await narrow('rules')
    await page.goto(`${centre.url}/orders/${order}/check`)
    await page.locator('.rows .van-button').click() // the camera: the last thing to look at
    await page.locator('.path-done').waitFor()
    await page.reload()
    await page.locator('.path-done').waitFor()
    await context.close()
  })
})

/** Whether a child sees all of it without moving the page. */
const inSight = (page: Page, selector: string) =>
  page.locator(selector).evaluate((part) => {
    const { top, bottom, left, right } = part.getBoundingClientRect()
    const at = document.elementFromPoint((left + right) / 2, bottom - 6)
    return top >= 0 && bottom <= window.innerHeight && !!at && part.contains(at)
  })

describe('R6, R25: from the rules to the start', () => {
  const sideways = { viewport: { width: 844, height: 390 } }
  test.each([['small', 'zh-CN', 9, {}], ['phone', 'en', 10, {}], ['phone', 'zh-CN', 11, sideways]] as const)('what was read stays read, the question comes before the start, and a refusal is seen: on a %s in %s', { timeout: 120_000 }, async (profile, language, place, more) => {
    const { page, context } = await openPhone(browser, centre.url, profile, language, more)
    await logIn(page, centre.url, centre.candidate('drawn', place))
    const [order] = await api<{ id: string }[]>(page, 'GET', '/orders')
    const words = {
      'zh-CN': { rules: '考试规则说明', pictures: '去看图片', next: '下一张', at: (n: number) => `第 ${n} 张，共 16 张`, question: '下一步：人脸比对', no: '不同意，由工作人员现场核验', agree: '已知晓并同意上传视频', start: '开始', back: '留在这里' },
      en: { rules: 'Exam rules', pictures: 'Go to the pictures', next: 'Next', at: (n: number) => `${n} of 16`, question: 'Next: Face comparison', no: 'No, check my identity at the desk', agree: 'I have read and agree', start: 'Start', back: 'Stay here' },
    }[language]
    await page.getByRole('link', { name: words.rules }).click()
    await page.locator('.rules-end').scrollIntoViewIfNeeded()
    await button(page, words.pictures).waitFor()
    for (let n = 1; n < 8; n++) await button(page, words.next).click()
    await page.getByText(words.at(8)).waitFor()
    await page.reload()
    await page.getByText(words.at(8)).waitFor()
    await button(page, words.pictures).waitFor()
    for (let n = 8; n < 16; n++) await button(page, words.next).click()
    await pictured(page, `rules-question-${profile}-${language}`)
    await button(page, words.question).click()
    if (await page.locator('input[name=guardian]').count()) await page.locator('input[name=guardian]').fill('王大明')
    await button(page, words.no).click()
    const agree = button(page, words.agree)
    await agree.waitFor()
    expect(await page.evaluate(() => scrollY), 'the page begins at its top').toBe(0)

    const start = async () => {
      await agree.click()
      await page.getByRole('dialog').getByRole('button', { name: words.start, exact: true }).click()
    }
    await page.route(`**/orders/${order?.id}/attempts`, (route) => route.abort())
    await start()
    await page.locator('.trouble').waitFor()
    await page.waitForTimeout(500) // the question goes
    await pictured(page, `rules-refused-${profile}-${language}`)
    expect(await inSight(page, '.trouble'), 'what went wrong').toBe(true)
    expect(await inSight(page, '.agree'), 'the button').toBe(true)
    await page.unroute(`**/orders/${order?.id}/attempts`)
    await start()

    await page.locator('.face-notice').waitFor()
    await page.goBack()
    await page.locator('.stayed').waitFor()
    await pictured(page, `face-stayed-${profile}-${language}`)
    const named = await page.locator('main button, .page button').allTextContents()
    expect(new Set(named.map((name) => name.trim())).size, 'no two buttons with one name').toBe(named.length)
    await button(page, words.back).click()
    await page.locator('.stayed').waitFor({ state: 'detached' })
    await page.locator('.face-notice').waitFor()
    await context.close()
  })
})

test('what an act could not do is said in sight of whoever asked for it: submit, reset, delete', { timeout: 120_000 }, async () => {
  const phone = await enter('drawn', 12, 'small')
  const { page, context } = phone
  const attempt = await startAttempt(page)
  await openAttempt(page, centre.url, attempt)
  await choose(page, '乐曲', centre.clips.mp4)
  await item(page, '乐曲').getByRole('button', { name: '删除' }).waitFor({ timeout: 60_000 })
  const refused = async (act: string, yes: string) => {
    await button(page, act).last().click()
    await page.getByRole('dialog').getByRole('button', { name: yes, exact: true }).click()
    await page.locator('.trouble').waitFor()
    await closed(page, 'the question')
    await pictured(page, `refused-${new URL(page.url()).pathname.split('/').pop() ?? ''}`)
    expect(await inSight(page, '.trouble'), act).toBe(true)
  }
  await page.route(/\/(submit|reset|clips\/\w+)$/, (route) => (route.request().method() === 'GET' ? route.continue() : route.abort()))
  await refused('删除', '删除')
  for (const [path, act, yes] of [['submit', '提交', '确定提交'], ['reset', '重置', '确定重置']] as const) {
    await page.goto(`${centre.url}/attempts/${attempt.id}/${path}`)
    await page.locator('.bar').waitFor()
    await refused(act, yes)
  }
  await context.close()
})
