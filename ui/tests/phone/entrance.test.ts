// The way in on a phone, and what may come on it: a computer's code, practice, help,
// the rules, extra time.
import jsQR from 'jsqr'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import zhCN from '../../locales/zh-CN.json'
import { until } from '../outside/programs'
import { api, button, choose, item, line, logIn, openPhone } from './phones'
import { SLOW, atTheDesk, browser, centre, clipOf, pictured, received, start, uploads, withCentre } from './sitting'

withCentre()

describe('the way in', () => {
  test('R4: a computer shows a code at once, and the phone that reads it is in, no other', { timeout: 60_000 }, async () => {
    const who = centre.candidate('drawn', 9)
    const computer = await openPhone(browser, centre.url, 'desktop')
    // From the server's own screen every computer may record; this one stands elsewhere.
    let allowed = false
    await computer.context.route('**/api/v1/me', async (route) => {
      const answer = (await (await route.fetch()).json()) as { device: { allowed: boolean } }
      await route.fulfill({ json: { ...answer, device: { ...answer.device, allowed } } })
    })
    await logIn(computer.page, centre.url, who)
    // Where the log-in leads to, without a question on the way, and to none.
    await computer.page.locator('svg.qr').waitFor()
    await computer.page.getByText(/编号：\d{3}\s\d{3}/).waitFor()
    expect(await button(computer.page, '进入考试').count()).toBe(0)
    expect(await button(computer.page, '用手机打开').count()).toBe(1)
    const [order] = await api<{ id: string }[]>(computer.page, 'GET', '/orders')
    await computer.page.goto(`${centre.url}/orders/${order?.id}`)
    await computer.page.locator('svg.qr').waitFor()
    await computer.page.getByText(/编号：\d{3}\s\d{3}/).waitFor() // by which staff can allow it
    const address = await readCode(computer.page)
    expect(address).toMatch(new RegExp(`^${centre.url}/in#.{22,}$`))

    const phone = await openPhone(browser, centre.url)
    await phone.page.goto(address)
    await phone.page.waitForURL(`${centre.url}/orders/${order?.id}`)
    await phone.page.getByText(who.name).first().waitFor()
    expect(await phone.page.evaluate(() => location.hash)).toBe('')
    // Another browser at the same address, at once: the code is used up.
    const other = await openPhone(browser, centre.url)
    await other.page.goto(address)
    await other.page.getByText('这个二维码已经用过了').waitFor()
    await other.context.close()
    // The phone's own browser may ask again: its answer may have been lost.
    await phone.context.clearCookies()
    await phone.page.goto('about:blank')
    await phone.page.goto(address)
    await phone.page.waitForURL(`${centre.url}/orders/${order?.id}`)
    await phone.context.close()
    // Staff allow the computer: it goes on by itself.
    allowed = true
    await button(computer.page, '进入考试').waitFor({ timeout: 30_000 })
    await computer.context.close()
  })

  test('R26: a practice run goes through every step and spends nothing', { timeout: 90_000 }, async () => {
    const { page, context } = await openPhone(browser, centre.url)
    await logIn(page, centre.url, centre.candidate('drawn', 11))
    const [order] = await api<{ id: string }[]>(page, 'GET', '/orders')
    await page.goto(`${centre.url}/orders/${order?.id}`)
    await page.getByRole('button', { name: /^模拟考试/ }).click()
    await button(page, '我知道了').click()
    await page.getByText('模拟考试：不计次数').waitFor()
    await choose(page, '模拟视频', centre.clips.mp4)
    await item(page, '模拟视频').getByRole('button', { name: '预览' }).waitFor({ timeout: 60_000 })
    await button(page, '提交').click()
    await button(page, '提交').click()
    await button(page, '确定提交').click()
    await page.getByText('模拟完成').waitFor()
    const [after] = await api<{ practiced: boolean; attempts_used: number; status: string }[]>(page, 'GET', '/orders')
    expect(after).toMatchObject({ practiced: true, attempts_used: 0, status: 'open' })
    await context.close()
  })

  test('R30: a call says why, and the answer is a card on whatever page the child is', { timeout: 90_000 }, async () => {
    const { page, context } = await start('drawn', 12)
    await button(page, '求助').click()
    await pictured(page, 'help-reasons')
    await button(page, '传不上去').click()
    await page.getByText('已经告诉工作人员了：传不上去').waitFor()
    await pictured(page, 'help-asked')
    const desk = await atTheDesk()
    const call = desk.page.locator('.help-calls li').first()
    await call.getByText(centre.candidate('drawn', 12).name, { exact: true }).waitFor()
    await call.getByText('传不上去').waitFor()
    await call.getByText('考试中').waitFor()
    expect(await desk.page.title()).toMatch(/^\(1\)/)
    await pictured(desk.page, 'help-desk')
    const card = page.locator('.help-card')
    await call.getByRole('button', { name: '我马上过来，请在座位上等我。' }).click()
    await card.getByText('我马上过来').waitFor()
    await pictured(page, 'help-card')
    await page.goto(`${centre.url}/orders`)
    await card.getByText(`工作人员 ${centre.staff.name}`).waitFor()
    await card.getByRole('button', { name: '我知道了' }).click()
    await card.waitFor({ state: 'detached' })
    await call.getByText(/^已读/).waitFor()
    await call.getByRole('button', { name: '写一句话' }).click()
    await call.locator('input[name=answer]').fill('看一下后面的插座')
    await call.getByRole('button', { name: '发送' }).click()
    await card.getByText('看一下后面的插座').waitFor()
    await call.getByRole('button', { name: '已解决' }).click()
    await call.waitFor({ state: 'detached' })
    await card.getByText('这次求助已经结束').waitFor()
    await card.getByRole('button', { name: '我知道了' }).click()
    await button(page, '求助').waitFor()
    await context.close()
    await desk.context.close()
  })

  test('R30: whoever cannot log in calls too, and a server that is gone is said at once', { timeout: 90_000 }, async () => {
    const { page, context } = await openPhone(browser, centre.url)
    await page.goto(`${centre.url}/login`)
    await button(page, '求助').click()
    await button(page, '登录不了').click()
    const number = await page.getByText(/^这部手机的编号/).textContent()
    const desk = await atTheDesk()
    const call = desk.page.locator('.help-calls li', { hasText: number?.match(/\d{6}/)?.[0] ?? 'none' })
    await call.getByRole('button', { name: /两个号码/ }).click()
    await pictured(desk.page, 'help-desk-login')
    await page.locator('.help-card').getByText('请照着准考证').waitFor()
    await page.getByRole('dialog').getByRole('button', { name: '关闭' }).click()
    await page.locator('#answers .help-card').waitFor()
    await pictured(page, 'help-login-card')
    await call.getByRole('button', { name: '已解决' }).click()
    await page.locator('#answers').getByText('这次求助已经结束').waitFor({ timeout: 20_000 })
    await context.setOffline(true)
    await button(page, '请举手').waitFor({ timeout: 20_000 })
    await button(page, '请举手').click()
    await page.getByText('请举手，工作人员会过来').waitFor()
    await pictured(page, 'help-gone')
    await context.setOffline(false)
    await page.getByText('你需要什么帮助').waitFor({ timeout: 20_000 })
    await context.close()
    await desk.context.close()
  })

  test('R6: agreeing comes after the text and all its pictures; a jump to the video’s end is none', { timeout: 90_000 }, async () => {
    const { page, context } = await openPhone(browser, centre.url)
    await logIn(page, centre.url, centre.candidate('drawn', 15))
    const [order] = await api<{ id: string }[]>(page, 'GET', '/orders')
    await api(page, 'POST', `/orders/${order?.id}/consent`, { face: false })
    await page.goto(`${centre.url}/orders/${order?.id}/rules`)
    const agree = button(page, '已知晓并同意上传视频')
    await page.getByText('想看视频').click()
    const video = page.locator('video')
    const film = await video.evaluate(async (element: HTMLVideoElement) => {
      element.textTracks[0]!.mode = 'showing'
      element.muted = true
      await element.play()
      element.currentTime = element.duration - 0.5
      await new Promise((done) => (element.onended = done))
      return { seconds: element.duration, cues: element.textTracks[0]?.cues?.length }
    })
    expect(film).toEqual({ seconds: 96, cues: 16 })
    await page.getByText('— 文字到此结束 —').scrollIntoViewIfNeeded()
    await page.evaluate(() => scrollTo(0, 0))
    await button(page, '去看图片').click()
    await button(page, '看下一张图（第 2 张，共 16 张）').waitFor()
    expect(await agree.count(), 'the video was not played through').toBe(0)
    await pictured(page, 'rules')
    for (let n = 1; n < 16; n++) {
      expect(await agree.count()).toBe(0)
      await button(page, '下一张').click()
      await expect.poll(() => page.locator('.pictures img').evaluate((image: HTMLImageElement) => image.complete && image.naturalWidth)).toBe(1280)
    }
    await agree.waitFor()
    await pictured(page, 'rules-last')
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: '下载规则' }).click()])
    expect(download.suggestedFilename()).toBe('exam-rules.html')
    await context.close()
  })

  test('R22: extra time arrives while the child looks on, also after the time was over', { timeout: 90_000 }, async () => {
    const { page, context } = await start('short', 4)
    const desk = await atTheDesk()
    const row = desk.page.locator('.board-detail')
    await desk.page.locator('input[name=find]').fill(centre.candidate('short', 4).ticket)
    await desk.page.locator('.board-row button').first().click()
    const give = async (minutes: number) => {
      await row.getByRole('button', { name: /^(补时|重新开放（补时）)$/ }).click()
      await row.getByText(`${minutes} 分钟`, { exact: true }).click()
      await row.locator('input[name=reason]').fill('停电')
      await pictured(desk.page, `extra-${minutes}`)
      await button(desk.page, `补 ${minutes} 分钟`).dblclick()
      await row.locator('form').waitFor({ state: 'detached' })
    }
    await page.getByText('没有收到任何视频').waitFor({ timeout: 40_000 })
    await give(5)
    const clock = async () => (await page.locator('.head-clock').first().textContent({ timeout: 2000 }).catch(() => null)) ?? ''
    await until('the countdown runs again', async () => /^0?4:\d\d$/.test(await clock()))
    await give(10)
    await until('it jumps', async () => /^14:\d\d$/.test(await clock()))
    await item(page, '乐曲').getByRole('button', { name: /录制/ }).waitFor()
    await context.close()
    await desk.context.close()
  })

  test('R22, R24: an upload that the time cut off goes on by itself when extra time opens the exam again', { timeout: 120_000 }, async () => {
    const { page, context, attempt } = await start('short', 6)
    const posts = uploads(page, 'POST')
    await line(page, { up: SLOW / 8 })
    await choose(page, '乐曲', centre.clips.mp4)
    await page.getByText(zhCN.candidate.ended.text.auto_empty).waitFor({ timeout: 60_000 })
    await expect.poll(() => page.locator('.ended').innerText(), { timeout: 30_000 }).toMatch(/没有传完，不算：乐曲 \d+%/)
    await pictured(page, 'cut')
    const desk = await atTheDesk()
    await desk.page.locator('input[name=find]').fill(centre.candidate('short', 6).ticket)
    await desk.page.locator('.board-row button').first().click()
    await desk.page.locator('.board-detail').getByRole('button', { name: '重新开放（补时）' }).click()
    await desk.page.locator('.board-detail').getByText('5 分钟', { exact: true }).click()
    await desk.page.locator('.board-detail input[name=reason]').fill('停电')
    await button(desk.page, '补 5 分钟').click()
    await item(page, '乐曲').getByRole('progressbar').first().waitFor({ timeout: 60_000 })
    expect(await item(page, '乐曲').locator('.note-bad').count(), 'nothing says that it came too late').toBe(0)
    await pictured(page, 'goes-on')
    await line(page, {})
    await received(page)
    expect(posts, 'begun once: from where it was cut off').toHaveLength(1)
    expect((await clipOf(page, attempt.id))?.size).toBeGreaterThan(5_000_000)
    await context.close()
    await desk.context.close()
  })

  test('two taps on «submit» do one thing', { timeout: 60_000 }, async () => {
    const { page, context, attempt } = await start('drawn', 13)
    await choose(page, '乐曲', centre.clips.mp4)
    await received(page)
    await page.goto(`${centre.url}/attempts/${attempt.id}/submit`)
    const submits: string[] = []
    page.on('request', (request) => request.url().endsWith('/submit') && request.method() === 'POST' && submits.push(request.url()))
    await button(page, '提交').dblclick()
    await button(page, '确定提交').dblclick()
    await page.getByText('提交成功').waitFor()
    expect(submits).toHaveLength(1)
    await page.goBack() // no way back into what is over
    await page.getByRole('heading', { name: '报名订单' }).waitFor()
    await page.getByText('已提交', { exact: true }).waitFor()
    await context.close()
  })
})

/** Reads the page's code as a phone's camera would: from its pixels. */
async function readCode(page: Page): Promise<string> {
  const { pixels, size } = await page.locator('svg.qr').evaluate(async (svg) => {
    const size = 400
    const picture = new Image()
    const text = new XMLSerializer().serializeToString(svg).replace('<svg ', `<svg width="${size}" height="${size}" `)
    picture.src = `data:image/svg+xml;base64,${btoa(unescape(encodeURIComponent(text)))}`
    await picture.decode()
    const canvas = Object.assign(document.createElement('canvas'), { width: size, height: size })
    const pen = canvas.getContext('2d') as CanvasRenderingContext2D
    pen.drawImage(picture, 0, 0)
    return { pixels: [...pen.getImageData(0, 0, size, size).data], size }
  })
  return jsQR(Uint8ClampedArray.from(pixels), size, size)?.data ?? ''
}
