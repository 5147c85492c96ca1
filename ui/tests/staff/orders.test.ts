// Before the day, as the desk sees it in Chromium: the list of orders, a list
// that is dropped, read as a preview, taken in and undone; photos in a ZIP.
import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { shared } from '../outside/programs'
import { startCentre, type Centre } from '../phone/centre'
import { api, launch, openPhone, type Language } from '../phone/phones'
import { broken, hintsCut, wide } from './looks'
import { drop, zip } from './zip'

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
const pictured = async (page: Page, name: string) => pictures && page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true })

async function desk(language: Language = 'zh-CN', viewport = { width: 1366, height: 768 }, at = 'orders'): Promise<Page> {
  const { page } = await openPhone(browser, centre.url, 'desktop', language, { viewport })
  await page.goto(`${centre.url}/staff/`)
  await api(page, 'POST', '/staff/login', centre.staff)
  await page.goto(`${centre.url}/staff/#${at}`)
  await page.reload()
  return page
}

const HEAD = '准考证号,姓名,拼音,性别,出生日期,证件类型,证件号码,通讯地址,电话,专业,级别,上传开始,上传结束,曲目,照片'
const row = (ticket: string, name: string, grade = '三级') => `${ticket},${name},Li,女,2015-05-06,护照,E-${ticket},某路九号,13812345678,钢琴,${grade},2026-01-01,2036-01-01,乐曲：小步舞曲,${ticket}.png`

test('a list is dropped, previewed, taken in without its bad rows, and undone', { timeout: 120_000 }, async () => {
  const page = await desk()
  await page.getByRole('button', { name: '导入名单' }).click()
  await drop(page, 'list.csv', [HEAD, row('DROP1', '李静'), row('DROP2', '王静', '十一级'), row('DROP3', '张三'), ''].join('\n'))
  await page.getByRole('row', { name: /DROP1/ }).waitFor()
  await pictured(page, 'orders-preview')
  expect(await page.getByRole('row', { name: /“十一级”不是一级到十级/ }).count()).toBe(1)
  expect(await page.locator('.intake-tab').allInnerTexts()).toEqual(['全部', '新增 2', '更改 0', '没有变化 0', '不能导入 1', '有提醒 0'])
  await page.getByRole('button', { name: '不能导入 1' }).press('Enter')
  await expect.poll(() => page.locator('.orders-table tbody tr').count()).toBe(1)
  await page.getByRole('button', { name: '只导入没有问题的行（2）' }).click()
  await page.getByText('已导入：新增 2').waitFor()
  await page.getByRole('button', { name: '‹ 回到列表' }).click()
  await page.locator('input[name=who]').fill('drop')
  await expect.poll(() => page.locator('.orders-table tbody tr').count()).toBe(2)
  await page.getByRole('button', { name: '导入名单' }).click()
  await page.getByRole('button', { name: '撤销', exact: true }).first().click()
  await page.getByText('新增的 2 个订单会去掉').waitFor()
  await page.getByRole('button', { name: '确定撤销' }).click()
  await page.getByText('已撤销（teacher）').waitFor()
  await page.getByRole('button', { name: '‹ 回到列表' }).click()
  await page.getByText('没有符合的订单').waitFor()
  await page.context().close()
})

test('the list is searched and walked through by keyboard; the ID number comes on a tap', { timeout: 60_000 }, async () => {
  const page = await desk()
  const one = centre.candidate('drawn', 3)
  await page.locator('input[name=who]').fill(one.ticket)
  await expect.poll(() => page.locator('.orders-table tbody tr').count()).toBe(1)
  await page.locator('input[name=who]').evaluate((field: HTMLInputElement) => field.blur())
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: '看证件号码（会记录）' }).waitFor()
  expect(await page.content()).not.toContain(one.idNumber)
  await page.getByRole('button', { name: '看证件号码（会记录）' }).press('Enter')
  await expect.poll(() => page.locator('.order-id-number').textContent()).toBe(one.idNumber)
  await pictured(page, 'order')
  await page.keyboard.press('Escape')
  await page.locator('.orders-table').waitFor()
  await page.context().close()
})

test('photos in a ZIP: a verdict each, in English', { timeout: 120_000 }, async () => {
  const page = await desk('en')
  const one = centre.candidate('drawn', 4)
  await page.getByRole('button', { name: 'Add photos' }).click()
  await drop(page, 'photos.zip', zip({ [`photos/${one.ticket}.png`]: new Uint8Array(20), 'nobody.jpg': new Uint8Array(200_000) }))
  await page.getByText('20 bytes; 100000 or more are needed').waitFor()
  await page.getByText('No order has this ticket number, ID number or photo name.').waitFor()
  expect(await page.getByRole('button', { name: 'Take in the good rows only (0)' }).isDisabled()).toBe(true)
  await pictured(page, 'photos-preview')
  await page.context().close()
})

test('one photo is looked at with its verdict; address and phone come on a tap; the list is exported', { timeout: 120_000 }, async () => {
  const page = await desk('zh-CN', { width: 820, height: 1180 })
  const one = centre.candidate('drawn', 5)
  await page.locator('input[name=who]').fill(one.ticket)
  await expect.poll(() => page.locator('.orders-table tbody tr').count()).toBe(1)
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: '导出 Excel' }).click()])
  expect(file.suggestedFilename()).toMatch(/^kaodian-orders-.*\.xlsx$/)
  await page.locator('.orders-table .desk-act button').first().press('Enter')
  await page.getByRole('button', { name: '看通讯地址和电话（会记录）' }).waitFor()
  expect(await page.content()).not.toContain('13800000000')
  await page.getByRole('button', { name: '看通讯地址和电话（会记录）' }).press('Enter')
  await page.getByText('13800000000').waitFor()
  await page.getByRole('button', { name: '添加照片' }).press('Enter')
  await page.locator('.one-photo input').setInputFiles({ name: 'IMG_0001.png', mimeType: 'image/png', buffer: Buffer.alloc(20) })
  await page.getByText('照片文件太小（20 字节').waitFor()
  expect(await page.getByRole('button', { name: '用这张照片' }).count()).toBe(0)
  await pictured(page, 'one-photo')
  const face = shared('testdata/faces/person-a-1.jpg')
  if (face) {
    await page.locator('.one-photo input').setInputFiles({ name: 'IMG_0002.jpg', mimeType: 'image/jpeg', buffer: Buffer.concat([readFileSync(face), Buffer.alloc(Math.max(0, 100_000 - readFileSync(face).length))]) })
    await page.getByRole('button', { name: '用这张照片' }).press('Enter')
    await page.getByRole('button', { name: '换照片' }).waitFor()
  }
  await page.context().close()
})

test.each([
  [{ width: 1366, height: 768 }, 'zh-CN'],
  [{ width: 1366, height: 768 }, 'en'],
  [{ width: 820, height: 1180 }, 'zh-CN'],
  [{ width: 820, height: 1180 }, 'en'],
] as const)('the list of orders breaks no word, cuts no hint and is not too wide: %o, %s', { timeout: 60_000 }, async (viewport, language) => {
  const page = await desk(language, viewport)
  await page.locator('.orders-table tbody .desk-act button').first().waitFor()
  await pictured(page, `orders-${viewport.width}-${language}`)
  expect(await hintsCut(page)).toEqual([])
  expect(await broken(page)).toEqual([])
  expect(await wide(page)).toEqual([])
  await page.context().close()
})
