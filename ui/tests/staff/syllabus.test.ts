// The syllabus and its bank, as the administrator takes them in, in Chromium:
// real ZIPs, a preview, scores as candidates see them, and the way back.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { kaodian, run } from '../outside/programs'
import { startCentre, type Centre } from '../phone/centre'
import { api, launch, openPhone, type Language } from '../phone/phones'
import { broken, wide } from './looks'
import { drop, zip } from './zip'

let centre: Centre
let browser: Browser
const boss = { name: 'boss', password: 'a long password' }
const pictures = process.env['KAODIAN_PICTURES']
const pictured = async (page: Page, name: string) => pictures && page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true })

beforeAll(async () => {
  centre = await startCentre()
  kaodian(['user', 'add', boss.name, '--role', 'administrator', '--data', join(centre.folder, 'data')], `${boss.password}\n`)
  browser = await launch()
}, 240_000)

afterAll(async () => {
  await browser?.close()
  await centre?.end()
})

async function desk(who: { name: string; password: string }, language: Language = 'zh-CN', viewport = { width: 1366, height: 768 }): Promise<Page> {
  const { page } = await openPhone(browser, centre.url, 'desktop', language, { viewport })
  await page.goto(`${centre.url}/staff/`)
  await api(page, 'POST', '/staff/login', who)
  await page.goto(`${centre.url}/staff/#syllabus`)
  await page.reload()
  return page
}

/** A score with 1, 2, 3 …, of that size. */
function score(name: string, size: string): Buffer {
  const file = join(centre.folder, name)
  run('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', `testsrc=size=${size}:rate=1`, '-frames:v', '1', file])
  return readFileSync(file)
}

/** Says in a JPEG's EXIF that it is to be shown turned by 90 degrees. */
function turned(upright: Buffer): Buffer {
  const exif = Buffer.concat([Buffer.from('Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0', 'latin1'), Buffer.alloc(4)])
  const length = Buffer.alloc(2)
  length.writeUInt16BE(exif.length + 2)
  return Buffer.concat([upright.subarray(0, 2), Buffer.from([0xff, 0xe1]), length, exif, upright.subarray(2)])
}

const PDF = (() => {
  const objects = ['<< /Type /Catalog /Pages 2 0 R >>', '<< /Type /Pages /Kids [3 0 R] /Count 1 >>', '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 200] >>']
  let text = '%PDF-1.4\n'
  const places = objects.map((object, i) => {
    const at = text.length
    text += `${i + 1} 0 obj\n${object}\nendobj\n`
    return at
  })
  const start = text.length
  text += `xref\n0 4\n0000000000 65535 f \n${places.map((at) => `${`${at}`.padStart(10, '0')} 00000 n \n`).join('')}trailer\n<< /Root 1 0 R /Size 4 >>\nstartxref\n${start}\n%%EOF\n`
  return text
})()

const SYLLABUS = '专业,级别,科目,类型,抽题\n钢琴,1-10,乐曲,piece,no\n钢琴,3,视奏,sight_reading,yes\n'

test.each(['zh-CN', 'en'] as const)('a ZIP is dropped, looked at as candidates will see it, taken in and undone, in %s', { timeout: 240_000 }, async (language) => {
  const zh = language === 'zh-CN'
  const page = await desk(boss, language)
  await page.locator('.syllabus-table').first().waitFor()
  const bank = 'subject,grades,item,title,file\n钢琴,3,视奏,横的,flat.png\n钢琴,3,视奏,转了的,turned.jpg\n钢琴,3,视奏,文件,page.pdf\n'
  await drop(page, '大纲.zip', zip({ '大纲/syllabus.csv': SYLLABUS, '大纲/bank.csv': bank, '大纲/flat.png': score('flat.png', '600x300'), '大纲/turned.jpg': turned(score('turned.jpg', '600x300')), '大纲/page.pdf': PDF, '__MACOSX/._page.pdf': 'x' }))
  await page.getByRole('row', { name: /page\.pdf|文件/ }).first().waitFor()
  expect(await page.locator('.intake-tab').allInnerTexts()).toEqual(zh ? ['全部', '新增 3', '更改 0', '没有变化 2', '会去掉 1', '不能导入 0', '有提醒 0'] : ['All', 'New 3', 'Changed 0', 'Same 2', 'Goes 1', 'Refused 0', 'With a warning 0'])
  await pictured(page, `syllabus-preview-${language}`)
  await page.getByRole('button', { name: zh ? '看谱子：转了的（会记录）' : 'See the score of 转了的 (this is noted)' }).press('Enter')
  const shown = page.locator('.score-sheet img')
  await expect.poll(() => shown.evaluate((image: HTMLImageElement) => [image.naturalWidth, image.naturalHeight])).toEqual([300, 600])
  await pictured(page, `syllabus-score-${language}`)
  await page.keyboard.press('Escape')
  await page.locator('.score-dialog').waitFor({ state: 'detached' })
  await page.getByRole('button', { name: zh ? '看谱子：文件（会记录）' : 'See the score of 文件 (this is noted)' }).press('Enter')
  const link = await page.locator('.score-file a').getAttribute('href')
  const file = await page.request.get(`${centre.url}${link}`)
  expect([file.headers()['content-type'], await file.text()]).toEqual(['application/pdf', PDF])
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: zh ? '导入，换掉现在的大纲' : 'Take in, in place of the present one' }).press('Enter')
  await page.getByText(zh ? '考试大纲和题库已导入。' : 'The syllabus and its question bank were taken in.').waitFor()
  await page.getByText(zh ? '抽题：题库里有 3 道' : 'Drawn; questions in the bank: 3').click()
  await page.getByText('转了的').first().waitFor()
  await pictured(page, `syllabus-${language}`)
  await page.getByRole('button', { name: zh ? '撤销' : 'Undo', exact: true }).first().click()
  await page.getByRole('button', { name: zh ? '确定撤销' : 'Yes, undo' }).click()
  await page.getByText(zh ? '已撤销（boss）' : 'Undone (boss)').first().waitFor()
  await page.getByText(zh ? '抽题：题库里有 1 道' : 'Drawn; questions in the bank: 1').waitFor()
  await page.context().close()
})

test('what is wrong is named by file and row, and nothing is taken; an invigilator reads only', { timeout: 240_000 }, async () => {
  const page = await desk(boss, 'zh-CN', { width: 820, height: 1180 })
  const script = PDF.replace('/Pages 2 0 R >>', '/Pages 2 0 R /OpenAction << /S /JavaScript /JS (x) >> >>').replace(/xref[\s\S]*trailer/, 'trailer')
  await drop(page, 'x.zip', zip({ 'syllabus.csv': `${SYLLABUS}钢琴,十一,乐曲,piece,no\n`, 'bank.csv': 'subject,grades,item,title,file\n钢琴,3,视奏,一,none.png\n钢琴,3,视奏,二,x.pdf\n', 'x.pdf': script, 'more.zip': 'PK' }))
  await page.getByRole('row', { name: /syllabus\.csv 第 4 行.*“十一”不是级别/ }).waitFor()
  await page.getByRole('row', { name: /bank\.csv 第 2 行.*没有文件 none\.png/ }).waitFor()
  await page.getByText('里面还是压缩包').waitFor()
  expect(await page.getByRole('button', { name: '导入，换掉现在的大纲' }).isDisabled()).toBe(true)
  await pictured(page, 'syllabus-bad')
  expect(await broken(page)).toEqual([])
  expect(await wide(page)).toEqual([])
  await page.context().close()
  const other = await desk(centre.staff, 'en', { width: 820, height: 1180 })
  await other.getByText('Drawn; questions in the bank: 1').waitFor()
  expect(await other.locator('.intake-drop').count()).toBe(0)
  expect(await broken(other)).toEqual([])
  expect(await wide(other)).toEqual([])
  await other.context().close()
})
