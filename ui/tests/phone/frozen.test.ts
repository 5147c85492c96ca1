// A damaged file takes no good video away; and what the page gave up on, while
// the server stood still, is not done when the server goes on.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import zhCN from '../../locales/zh-CN.json'
import { run } from '../outside/programs'
import { startCentre, type Centre } from './centre'
import { api, button, choose, item, launch, logIn, openAttempt, openPhone, startAttempt } from './phones'

let centre: Centre
let browser: Browser

beforeAll(async () => {
  centre = await startCentre()
  browser = await launch()
}, 180_000)

afterAll(async () => {
  centre?.program.goOn()
  await browser?.close()
  await centre?.end()
})

const pictures = process.env['KAODIAN_PICTURES']
const pictured = async (page: Page, name: string) => pictures && page.screenshot({ path: `${pictures}/${name}.png` })

interface Seen {
  state: string
  items: { name: string; clip?: { id: string; restored?: boolean } }[]
}
const seen = (page: Page, attempt: string) => api<Seen>(page, 'GET', `/attempts/${attempt}`)
const clipOf = async (page: Page, attempt: string) => (await seen(page, attempt)).items.find(({ name }) => name === '乐曲')?.clip

async function start(place: number) {
  const phone = await openPhone(browser, centre.url)
  await logIn(phone.page, centre.url, centre.candidate('drawn', place))
  const attempt = await startAttempt(phone.page)
  await openAttempt(phone.page, centre.url, attempt)
  await choose(phone.page, '乐曲', centre.clips.mp4)
  await item(phone.page, '乐曲').getByRole('button', { name: '预览' }).waitFor({ timeout: 60_000 })
  return { ...phone, attempt }
}

test('R12, R14: a damaged file in place of a good video: the good one counts again, and the card says so', { timeout: 120_000 }, async () => {
  const { page, context, attempt } = await start(0)
  const good = await clipOf(page, attempt.id)
  const damaged = join(centre.folder, 'damaged.mp4')
  writeFileSync(damaged, 'this is no video\n'.repeat(1000))
  await choose(page, '乐曲', damaged)
  const card = item(page, '乐曲')
  await card.getByText(zhCN.candidate.item.restored).waitFor({ timeout: 60_000 })
  await card.getByRole('button', { name: zhCN.candidate.item.replace }).waitFor()
  await pictured(page, 'card-restored')
  expect(await clipOf(page, attempt.id)).toMatchObject({ id: good?.id, restored: true })
  expect(await card.locator('.tag-bad').count()).toBe(0)

  const dialog = page.getByRole('dialog')
  await card.getByRole('button', { name: zhCN.common.delete }).click()
  await dialog.getByText(zhCN.candidate.item.delete_good).waitFor()
  await pictured(page, 'delete-good')
  await dialog.getByRole('button', { name: zhCN.common.cancel }).click()

  await choose(page, '乐曲', centre.clips.mp4)
  await card.getByText(zhCN.candidate.item.restored).waitFor({ state: 'detached', timeout: 60_000 })
  await context.close()
})

test('R12: a new video that is deleted while it is looked at brings the one before back, which is said', { timeout: 120_000 }, async () => {
  const { page, context, attempt } = await start(3)
  const good = await clipOf(page, attempt.id)
  const long = join(centre.folder, 'long.mp4')
  run('ffmpeg', ['-v', 'error', '-stream_loop', '11', '-i', centre.clips.mp4, '-c', 'copy', long]) // it is looked at for a while
  await choose(page, '乐曲', long)
  const [card, dialog] = [item(page, '乐曲'), page.getByRole('dialog')]
  await card.getByText(zhCN.candidate.item.clip.received).waitFor({ timeout: 60_000 })
  await card.getByRole('button', { name: zhCN.common.delete }).click()
  await dialog.getByText(zhCN.candidate.item.delete_former).waitFor()
  await pictured(page, 'delete-former')
  await dialog.getByRole('button', { name: zhCN.common.delete }).click()
  await expect.poll(async () => (await clipOf(page, attempt.id))?.id, { timeout: 30_000 }).toBe(good?.id)
  await context.close()
})

for (const [place, act, yes] of [[1, 'submit', '确定提交'], [2, 'reset', '确定重置']] as const) {
  test(`R14, R15: a ${act} that the page gave up on is not done when the server goes on`, { timeout: 180_000 }, async () => {
    const { page, context, attempt } = await start(place)
    await page.goto(`${centre.url}/attempts/${attempt.id}/${act}`)
    await button(page, zhCN.candidate[act].act).last().click()
    const dialog = page.getByRole('dialog').getByRole('button', { name: yes, exact: true })
    await dialog.waitFor()
    // The act's own question for the server's time is answered; then it stands still.
    await page.route(`**/${act}`, async (route) => {
      await centre.program.freeze()
      await route.continue()
    })
    await dialog.click()
    await page.getByText(zhCN.error[`${act}_unsure`].text).waitFor({ timeout: 60_000 })
    await pictured(page, `unsure-${act}`)
    expect(await page.locator(`.bar .van-button--loading`).count(), 'offered while nobody knows').toBe(1)
    await page.unroute(`**/${act}`)
    centre.program.goOn()
    await page.getByText(zhCN.error.act_too_late.text).waitFor({ timeout: 60_000 })
    await pictured(page, `not-done-${act}`)
    const now = await seen(page, attempt.id)
    expect([now.state, now.items.some(({ clip }) => clip)]).toEqual(['running', true])

    await button(page, zhCN.candidate[act].act).last().click()
    await page.getByRole('dialog').getByRole('button', { name: yes, exact: true }).click()
    if (act === 'submit') await page.getByText('提交成功').waitFor({ timeout: 60_000 })
    else await page.getByRole('heading', { name: '报名订单' }).waitFor({ timeout: 60_000 })
    await context.close()
  })
}
