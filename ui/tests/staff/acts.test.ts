// The acts of the board, with the child's phone open beside the desk: both are
// looked at, in both languages.
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startCentre, type Centre } from '../phone/centre'
import { api, choose, launch, logIn, openAttempt, openPhone, startAttempt, type Language } from '../phone/phones'

let centre: Centre
let browser: Browser

beforeAll(async () => {
  centre = await startCentre()
  browser = await launch()
}, 180_000)

afterAll(async () => {
  await browser?.close()
  await centre?.end()
})

const pictures = process.env['KAODIAN_PICTURES']
const pictured = async (page: Page, name: string) => pictures && page.screenshot({ path: `${pictures}/${name}.png` })

interface Both {
  phone: Page
  desk: Page
  ticket: string
  attempt: { id: string }
  close: () => Promise<void>
}

async function openDesk(language: Language = 'zh-CN'): Promise<{ page: Page; context: BrowserContext }> {
  const { page, context } = await openPhone(browser, centre.url, 'desktop', language, { viewport: { width: 1366, height: 768 } })
  await page.goto(`${centre.url}/staff/`)
  await api(page, 'POST', '/staff/login', centre.staff)
  await page.reload()
  return { page, context }
}

/** A child's attempt on a phone, and its row opened at a desk. */
async function both(n: number, language: Language = 'zh-CN'): Promise<Both> {
  const { page: phone, context } = await openPhone(browser, centre.url, 'phone', language)
  const { ticket } = centre.candidate('drawn', n)
  await logIn(phone, centre.url, centre.candidate('drawn', n))
  const attempt = await startAttempt(phone)
  await openAttempt(phone, centre.url, attempt)
  const { page: desk, context: room } = await openDesk(language)
  await openRow(desk, ticket)
  return { phone, desk, ticket, attempt, close: async () => void (await Promise.all([context.close(), room.close()])) }
}

async function openRow(desk: Page, ticket: string): Promise<void> {
  await desk.locator('input[name=find]').fill(ticket)
  await desk.locator('.board-row', { hasText: ticket }).locator('button').click()
  await desk.locator('.board-acts').waitFor()
}

async function act(desk: Page, name: string, confirm: string, reason: string): Promise<void> {
  await desk.locator('.board-acts').getByRole('button', { name, exact: true }).click()
  await desk.locator('.extra input[name=reason]').fill(reason)
  await desk.locator('.extra').getByRole('button', { name: confirm, exact: true }).click()
}

const upload = async ({ phone }: Both) => {
  await choose(phone, '乐曲', centre.clips.mp4)
  await phone.getByText('已收到').or(phone.getByRole('button', { name: '预览' })).first().waitFor({ timeout: 30_000 })
}

test('R14: the desk submits, and the child reads who did it and why', { timeout: 120_000 }, async () => {
  const exam = await both(0)
  await upload(exam)
  await exam.desk.locator('.board-acts').getByRole('button', { name: '作出决定' }).click()
  await exam.desk.locator('.extra input[name=reason]').fill('不是本人')
  await exam.desk.getByText('请先选决定什么。').waitFor() // nothing is decided that nobody chose
  expect(await exam.desk.locator('.extra button[type=submit]').isDisabled()).toBe(true)
  await exam.desk.getByLabel('视频无效：乐曲').check()
  await exam.desk.locator('.extra').getByRole('button', { name: '确定：视频无效：乐曲' }).waitFor()
  await act(exam.desk, '替考生提交', '确定替考生提交', '手机没电了')
  await exam.phone.getByText(/考点工作人员在 .* 替你提交了考试。原因：手机没电了。/).waitFor()
  await pictured(exam.phone, 'submitted-phone')
  await exam.desk.locator('.board-detail').getByText('已提交').first().waitFor()
  await exam.close()
})

test.each(['zh-CN', 'en'] as const)('R22: a void tells the child that it does not count, and is taken back: %s', { timeout: 120_000 }, async (language) => {
  const zh = language === 'zh-CN'
  const exam = await both(zh ? 1 : 2, language)
  await act(exam.desk, zh ? '作废（考点的原因）' : 'Void (the centre’s fault)', zh ? '确定作废' : 'Void the attempt', '停电')
  await exam.phone.getByText(zh ? /是考点的原因，不是你的错。原因：停电。/ : /It was the centre’s fault, not yours\. ?Reason: 停电\./).waitFor()
  await exam.phone.getByText(zh ? '还有 3 次考试机会。' : 'Attempts left: 3.').waitFor()
  await pictured(exam.phone, `voided-${language}`)
  await exam.phone.goto(`${centre.url}/orders`)
  await exam.phone.getByText(zh ? /上一次考试由考点作废/ : /The staff voided the last attempt/).waitFor()
  expect(await exam.phone.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
  await pictured(exam.phone, `voided-orders-${language}`)
  await act(exam.desk, zh ? '撤销作废' : 'Take the void back', zh ? '确定撤销作废' : 'Take the void back', '点错了')
  await openAttempt(exam.phone, centre.url, exam.attempt)
  await exam.phone.getByText(zh ? /刚才的作废已经撤销/ : /The void was taken back/).waitFor()
  await pictured(exam.desk, `voided-desk-${language}`)
  await exam.close()
})

test('R15: the desk resets, and the child is told what is left', { timeout: 120_000 }, async () => {
  const exam = await both(3)
  await act(exam.desk, '替考生重置', '确定替考生重置', '手机坏了')
  await exam.phone.getByText(/替你重置了这次考试。原因：手机坏了。/).waitFor()
  await exam.phone.getByText('还有 2 次考试机会。').waitFor()
  await exam.close()
})

test('R13: a file taken in at the desk is the child’s video, and both see it', { timeout: 120_000 }, async () => {
  const exam = await both(4)
  await exam.desk.locator('.board-acts').getByRole('button', { name: '收文件（数据线、存储卡）' }).click()
  await exam.desk.locator('.extra input[name=file]').setInputFiles(centre.clips.mp4)
  await exam.desk.locator('.extra button[type=submit]').click()
  await exam.desk.getByText('收好了。').waitFor({ timeout: 30_000 })
  await exam.desk.getByText('teacher 收的').waitFor()
  await exam.phone.getByText(/替你收好了“乐曲”的视频。/).waitFor()
  await pictured(exam.phone, 'taken-in-phone')
  await pictured(exam.desk, 'taken-in-desk')
  await exam.close()
})

test('R31: an irregularity is noted and taken back; the child reads of what is no suspicion', { timeout: 120_000 }, async () => {
  const exam = await both(5)
  const note = exam.desk.locator('.board-acts').getByRole('button', { name: '记异常' })
  await note.click()
  await exam.desk.getByText('请先选是什么情况。').waitFor()
  await exam.desk.locator('.extra select[name=category]').press('Escape')
  await exam.desk.locator('.extra').waitFor({ state: 'detached' })
  await note.and(exam.desk.locator(':focus')).waitFor()
  await note.click()
  await exam.desk.locator('.extra select[name=category]').selectOption('power_cut')
  await exam.desk.locator('.extra input[name=reason]').fill('停电两分钟')
  await exam.desk.locator('.extra').getByRole('button', { name: '记下来' }).click()
  await exam.phone.getByText('考点工作人员已经记下：停电。别着急，照常继续。').waitFor()
  await exam.desk.locator('.board-history').getByRole('button', { name: '撤回' }).click()
  await exam.desk.locator('.board-history input[name=reason]').fill('记错人了')
  await exam.desk.locator('.board-history form').getByRole('button', { name: '撤回' }).click()
  await exam.desk.locator('.board-history').getByText('已撤回').waitFor()
  await exam.phone.getByText('考点工作人员已经记下').waitFor({ state: 'detached' })
  await exam.close()
})

test('R20: a decision of the board is on the child’s page, and gone after its undo', { timeout: 120_000 }, async () => {
  const exam = await both(6)
  await exam.desk.locator('.board-acts').getByRole('button', { name: '作出决定' }).click()
  await exam.desk.getByLabel('取消考级资格').check()
  await exam.desk.locator('.extra input[name=reason]').fill('替考')
  await exam.desk.locator('.extra').getByRole('button', { name: '确定：取消考级资格' }).click()
  await exam.phone.getByText('取消考级资格').first().waitFor()
  await exam.desk.locator('.board-history').getByRole('button', { name: '撤回' }).click()
  await exam.desk.locator('.board-history input[name=reason]').fill('误会')
  await exam.desk.locator('.board-history form').getByRole('button', { name: '撤回' }).click()
  await exam.phone.locator('.head-code').first().waitFor()
  await exam.close()
})

test('of two helpers at one attempt one wins, and the other is told and sees the row as it is', { timeout: 120_000 }, async () => {
  const exam = await both(7)
  const { page: other, context } = await openDesk()
  await other.route('**/api/v1/staff/attempts', async (route) => route.fulfill({ json: (await (await route.fetch()).json()) as object }))
  await openRow(other, exam.ticket)
  await other.locator('.board-acts').getByRole('button', { name: '替考生重置', exact: true }).click()
  await other.locator('.extra input[name=reason]').fill('换手机')
  let answer = (): void => undefined
  const held = new Promise<void>((go) => (answer = go))
  await other.route('**/api/v1/staff/attempts/*/reset', async (route) => {
    await held // the first helper is faster by as long as it takes
    await route.continue()
  })
  await other.locator('.extra').getByRole('button', { name: '确定替考生重置' }).click()
  await act(exam.desk, '作废（考点的原因）', '确定作废', '停电')
  await exam.desk.locator('.board-detail').getByText('已作废').first().waitFor()
  answer()
  await other.getByText('这场考试刚刚有了变化，没有照你的意思做。').waitFor()
  await other.locator('.board-detail').getByText('已作废').first().waitFor()
  await pictured(other, 'overtaken')
  await context.close()
  await exam.close()
})

test('the row of a phone that is not heard is closed, and comes back with its voice', { timeout: 180_000 }, async () => {
  const exam = await both(8)
  await exam.phone.goto('about:blank') // it says nothing any more
  await exam.desk.locator('.board-acts').getByRole('button', { name: '收起这一行' }).waitFor({ timeout: 100_000 })
  await act(exam.desk, '收起这一行', '收起', '考生回家了')
  await exam.desk.locator('.board-detail').getByRole('button', { name: '关闭' }).click()
  await exam.desk.locator('input[name=find]').fill('')
  await exam.desk.locator('.board-closed').waitFor()
  await pictured(exam.desk, 'closed-row')
  await openAttempt(exam.phone, centre.url, exam.attempt)
  await exam.desk.locator('.board-closed').waitFor({ state: 'detached', timeout: 20_000 })
  await exam.close()
})
