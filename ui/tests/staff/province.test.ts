// The province's page in Chromium, on a store that the real programs made: on a
// phone nothing of a table is out of sight, and no column is a letter wide.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { answers, freePort, kaodianProvince, provinceProgram, repository, run, until, type Program } from '../outside/programs'
import { launch, openPhone } from '../phone/phones'

const reviewer = { name: 'phone', password: 'another long password' }
let folder: string
let url: string
let program: Program
let browser: Browser

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kaodian-province-'))
  run('tar', ['-xzf', join(repository, 'cmd/kaodian-province/testdata/made-by-67abef8.tgz'), '-C', folder])
  const store = ['--store', join(folder, 'province')]
  kaodianProvince(['user', 'add', reviewer.name, '--role', 'reviewer', ...store], `${reviewer.password}\n`)
  mkdirSync(join(folder, 'drop'))
  writeFileSync(join(folder, 'drop', 'holiday.jpg'), 'nobody waits for this') // a notice
  kaodianProvince(['receive', '--root', join(folder, 'drop'), ...store])
  const port = await freePort()
  url = `http://127.0.0.1:${port}`
  program = provinceProgram(['serve', ...store, '--http', `127.0.0.1:${port}`])
  program.start()
  await until('the province answers', () => answers(url))
  browser = await launch()
}, 180_000)

afterAll(async () => {
  await browser?.close()
  await program?.end('SIGTERM')
  if (folder) rmSync(folder, { recursive: true, force: true })
})

test.each(['zh-CN', 'en'] as const)('nothing of the tables is out of sight on a phone, in %s', { timeout: 60_000 }, async (language) => {
  const { page, context } = await openPhone(browser, url, 'phone', language)
  await page.goto(url)
  await page.locator('input[name=name]').fill(reviewer.name)
  await page.locator('input[name=password]').fill(reviewer.password)
  await page.keyboard.press('Enter')
  await page.locator('.desk-table .desk-act').first().waitFor() // centres, notices and batches came before
  expect(await page.locator('.desk-table').count()).toBe(4)
  const hidden = await page.locator('.desk-table').evaluateAll((tables) => tables.filter((table) => table.scrollWidth > table.clientWidth).map((table) => table.textContent))
  expect(hidden, 'cut off at the right').toEqual([])
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
  await context.close()
})
