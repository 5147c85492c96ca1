// Before the day, as the desk sees it in Chromium: the list of orders, a list
// that is dropped, read as a preview, taken in and undone; photos in a ZIP.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { kaodian, shared } from '../outside/programs'
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
  await page.getByText('名单要有哪些列').click()
  await page.getByRole('row', { name: /通讯地址/ }).waitFor()
  await pictured(page, 'orders-columns')
  await drop(page, 'list.csv', [HEAD, row('DROP1', '李静'), row('DROP2', '王静', '十一级'), row('DROP3', '张三'), ''].join('\n'))
  await page.getByRole('row', { name: /DROP1/ }).waitFor()
  await pictured(page, 'orders-preview')
  expect(await page.getByRole('row', { name: /王静.*“十一级”不是一级到十级/ }).count()).toBe(1)
  expect(await page.locator('.intake-tab').allInnerTexts()).toEqual(['全部', '新增 2', '更改 0', '没有变化 0', '不能导入 1', '有提醒 0'])
  await page.reload() // a preview that was left is still there
  await page.getByRole('button', { name: '不能导入 1' }).press('Enter')
  await expect.poll(() => page.locator('.orders-table tbody tr').count()).toBe(1)
  await page.getByRole('button', { name: '只导入没有问题的行（2）' }).click()
  await page.getByText('已导入：新增 2，更改 0，没有变化 0，跳过 1').waitFor()
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

test('the sample list is a good list, and says so', { timeout: 60_000 }, async () => {
  const page = await desk()
  const sample = await page.evaluate(async () => [...new Uint8Array(await (await fetch('/api/v1/staff/imports/sample')).arrayBuffer())])
  await page.getByRole('button', { name: '导入名单' }).click()
  expect(await page.getByRole('link', { name: '下载名单样例（.xlsx）' }).getAttribute('href')).toBe('/api/v1/staff/imports/sample')
  await drop(page, 'sample.xlsx', new Uint8Array(sample))
  await page.getByRole('row', { name: /示例考生/ }).waitFor()
  expect(await page.locator('.intake-tab').allInnerTexts()).toEqual(['全部', '新增 1', '更改 0', '没有变化 0', '不能导入 0', '有提醒 0'])
  await page.getByRole('button', { name: '放弃预览' }).click()
  await page.context().close()
})

test.each(['zh-CN', 'en'] as const)('what the syllabus has no row for is warned of in the preview, in the form and on the list: in %s', { timeout: 120_000 }, async (language) => {
  const page = await desk(language)
  const chinese = language === 'zh-CN'
  const words = chinese ? /考试大纲里没有声乐 ?三级/ : /The syllabus has no Voice Grade 3/
  await page.getByRole('button', { name: chinese ? '导入名单' : 'Import a list' }).click()
  await drop(page, 'list.csv', [HEAD, row('VOICE1', '李静').replace('钢琴', '声乐'), ''].join('\n'))
  await page.getByRole('row', { name: words }).waitFor()
  await pictured(page, `orders-lacks-${language}`)
  await page.getByRole('button', { name: chinese ? '放弃预览' : 'Discard the preview' }).click()
  await page.getByRole('button', { name: chinese ? '‹ 回到列表' : '‹ Back to the list' }).click()

  await page.getByRole('button', { name: chinese ? '手工登记' : 'Register one by hand' }).click()
  await page.locator('.order-form button[type=submit]').click()
  await page.locator('.order-form [role=alert]', { hasText: chinese ? '还没有填：准考证号' : 'Still empty: Ticket number' }).waitFor()
  await pictured(page, `orders-hand-${language}`)
  await page.locator('select[name=subject_choice]').selectOption({ label: chinese ? '其他……' : 'Other …' })
  const fill = { subject: '声乐', ticket: `HAND-${language}`, name: '李静', id_number: 'E1', opens: '2026-01-01T08:00', closes: '2036-01-01T08:00', pieces: '茉莉花' }
  for (const [name, value] of Object.entries(fill)) await page.locator(`input[name=${name}]`).fill(value)
  await page.locator('select[name=grade]').selectOption('3')
  await page.locator('select[name=id_type_choice]').selectOption({ label: chinese ? '护照' : 'Passport' })
  await page.locator('.order-form button[type=submit]').click()
  await page.locator('.intake-problems', { hasText: words }).waitFor()
  await page.getByRole('button', { name: chinese ? '仍然保存' : 'Save all the same' }).click()

  await page.getByRole('button', { name: chinese ? '撤销登记' : 'Take the registration back' }).waitFor()
  await pictured(page, `orders-hand-page-${language}`)
  await page.getByRole('button', { name: chinese ? '‹ 回到列表' : '‹ Back to the list' }).click()
  await page.locator('.desk-note', { hasText: chinese ? '声乐 三级（1 个订单）' : 'Voice Grade 3 (orders: 1)' }).waitFor()
  await pictured(page, `orders-notice-${language}`)
  await page.locator('input[name=who]').fill(fill.ticket)
  await expect.poll(() => page.locator('.orders-table tbody tr').count()).toBe(1)
  await page.locator('.orders-table tbody .desk-act button').click()
  await page.getByRole('button', { name: chinese ? '撤销登记' : 'Take the registration back' }).click()
  await page.getByRole('button', { name: chinese ? '确定去掉' : 'Yes, remove it' }).click()
  await page.locator('.orders-table').waitFor()
  await page.context().close()
})

test.each(['zh-CN', 'en'] as const)('a window that moves says what follows, and what it was: in %s', { timeout: 60_000 }, async (language) => {
  const page = await desk(language)
  const one = centre.candidate('waiting', 3)
  await page.locator('input[name=who]').fill(one.ticket)
  await expect.poll(() => page.locator('.orders-table tbody tr').count()).toBe(1)
  await page.getByRole('button', { name: language === 'en' ? 'Move upload windows' : '改上传视频时间' }).click()
  await page.locator('.order-form', { hasText: language === 'en' ? 'Fill in first: Upload from, Upload to, Reason.' : '先填：上传开始、上传结束、原因。' }).waitFor()
  await page.locator('.order-form input[name=opens]').fill('2026-01-01T08:00')
  await page.locator('.order-form input[name=closes]').fill('2036-01-01T08:00')
  await page.locator('.order-form input[name=reason]').fill('停电')
  await page.locator('.order-form button[type=submit]').click()
  const said = page.locator('.order-form [role=status]')
  await said.getByText(language === 'en' ? /1 of them have not submitted/ : /1 个还没有提交/).waitFor()
  await said.getByText(language === 'en' ? /Former window: .* \(orders: 1\)/ : /原来的时间：.*（1 个）/).waitFor()
  await pictured(page, `orders-move-${language}`)
  await page.context().close()
})

test('photos in a ZIP: a verdict each, in English', { timeout: 120_000 }, async () => {
  const page = await desk('en')
  const one = centre.candidate('drawn', 4)
  await page.getByRole('button', { name: 'Add photos' }).click()
  await drop(page, 'photos.zip', zip({ [`photos/${one.ticket}.png`]: new Uint8Array(20), 'nobody.jpg': new Uint8Array(200_000) }))
  await page.getByText('(0 KB; 100 KB or more are needed)').waitFor()
  await page.getByText('No order has this ticket number, ID number or photo name.').waitFor()
  expect(await page.getByRole('button', { name: 'Take in the good rows only (0)' }).isDisabled()).toBe(true)
  await pictured(page, 'photos-preview')
  await page.context().close()
})

test.each([
  [{ width: 1366, height: 768 }, 'zh-CN'],
  [{ width: 390, height: 844 }, 'zh-CN'],
  [{ width: 1366, height: 768 }, 'en'],
  [{ width: 390, height: 844 }, 'en'],
] as const)('a list brings an erased person back only when somebody says that it is meant: %o, %s', { timeout: 120_000 }, async (viewport, language) => {
  const page = await desk(language, viewport)
  const chinese = language === 'zh-CN'
  const ticket = `GONE-${language}-${viewport.width}`
  const list = [HEAD, row(ticket, '李静'), ''].join('\n')
  const take = page.getByRole('button', { name: chinese ? '导入（1）' : 'Take in (1)' })
  await page.getByRole('button', { name: chinese ? '导入名单' : 'Import a list' }).click()
  await drop(page, 'list.csv', list)
  await take.click()
  await page.locator('.desk-good').waitFor()
  kaodian(['erase', ticket, '--reason', 'asked for', '--yes', '--data', join(centre.folder, 'data')])
  await drop(page, 'list.csv', list)
  await page.getByRole('row', { name: chinese ? /像是本考点已经永久删除过的考生/ : /seems to be somebody who was erased/ }).waitFor()
  expect(await take.isDisabled()).toBe(true)
  await pictured(page, `orders-erased-${viewport.width}-${language}`)
  expect(await hintsCut(page)).toEqual([])
  expect(await broken(page)).toEqual([])
  expect(await wide(page)).toEqual([])
  await page.getByRole('checkbox').check()
  await take.click()
  await page.locator('.desk-good').waitFor()
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
  await page.getByText('照片文件太小（0 KB，要 100 KB 以上）').waitFor()
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
