// Accounts at the desk: a person gets one by a link, is locked after a
// question, and an administrator goes only when another one says so too.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { answers, freePort, kaodian, serveCentre, until } from '../outside/programs'
import { launch, openPhone, type Language } from '../phone/phones'

const password = 'a long password'
let browser: Browser
let url: string
let end: () => Promise<void>

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kaodian-people-'))
  const data = join(folder, 'data')
  kaodian(['setup', '--data', data])
  for (const name of ['王老师', '李主任', '周主任', '赵主任']) kaodian(['user', 'add', name, '--role', 'administrator', '--data', data], `${password}\n`)
  const port = await freePort()
  url = `http://127.0.0.1:${port}`
  const program = serveCentre(['--data', data, '--http', `127.0.0.1:${port}`])
  program.start()
  end = async () => {
    await program.end('SIGTERM')
    rmSync(folder, { recursive: true, force: true })
  }
  await until('the centre answers', () => answers(`${url}/healthz`))
  browser = await launch()
})

afterAll(async () => {
  await browser?.close()
  await end?.()
})

const pictures = process.env['KAODIAN_PICTURES']
const pictured = async (page: Page, name: string) => pictures && page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true })
const row = (page: Page, name: string) => page.locator('li', { has: page.locator('.people-row strong', { hasText: name }) })

async function logIn(language: Language, name: string): Promise<Page> {
  const { page } = await openPhone(browser, url, 'desktop', language, { viewport: { width: 1366, height: 768 } })
  await page.goto(`${url}/staff/#people`)
  await page.locator('input[name=name]').fill(name)
  await page.locator('input[name=password]').fill(password)
  await page.locator('input[name=password]').press('Enter')
  await page.locator('.desk-places').waitFor()
  return page
}

test.each([
  ['zh-CN', '张老师', '李主任', { lock: '锁定', yes: '确定锁定', unlock: '解除锁定', remove: '删除' }],
  ['en', '陈老师', '周主任', { lock: 'Lock', yes: 'Lock it', unlock: 'Unlock', remove: 'Remove' }],
] as const)('a link makes an account; a lock is asked once more; an administrator goes by two: in %s', { timeout: 120_000 }, async (language, invited, goes, words) => {
  const page = await logIn(language, '王老师')
  await page.locator('input[name=invited]').fill(invited)
  await page.locator('input[name=invited]').press('Enter')
  const link = await page.locator('.slip-link').inputValue()
  await pictured(page, `people-slip-${language}`)
  expect(link).toBeTruthy()
  const { page: theirs } = await openPhone(browser, url, 'phone', language)
  await theirs.goto(link ?? '')
  await theirs.locator('input[name=password]').fill(password)
  await theirs.locator('input[name=again]').fill(password)
  await theirs.locator('input[name=again]').press('Enter')
  await theirs.locator('.desk-places').waitFor()

  await page.reload()
  await row(page, invited).getByRole('button', { name: `${words.lock} ${invited}` }).click()
  await pictured(page, `people-lock-${language}`)
  await page.getByRole('button', { name: words.yes }).click()
  await row(page, invited).getByRole('button', { name: `${words.unlock} ${invited}` }).waitFor()
  await theirs.reload()
  await theirs.locator('input[name=password]').waitFor() // logged out
  await theirs.context().close()

  await row(page, goes).getByRole('button', { name: `${words.remove} ${goes}` }).click()
  await page.locator('input[name=second]').fill('王老师')
  await page.locator('input[name=second-password]').fill(password)
  await page.locator('input[name=second-password]').press('Enter')
  await page.locator('.desk-bad').first().waitFor() // the same person
  await page.locator('input[name=second]').fill('赵主任')
  await page.locator('input[name=second-password]').fill(password)
  await page.locator('input[name=second-password]').press('Enter')
  await row(page, goes).waitFor({ state: 'detached' })
  await page.goto(`${url}/staff/#audit`)
  await page.locator('table tbody tr', { hasText: goes }).first().waitFor()
  await pictured(page, `people-audit-${language}`)
  await page.context().close()
})

test('a link made on the server’s own screen begins with the address of the posters', { timeout: 60_000 }, async () => {
  const page = await logIn('zh-CN', '王老师')
  const invite = async (name: string) => {
    await page.locator('input[name=invited]').fill(name)
    await page.locator('input[name=invited]').press('Enter')
  }
  await invite('孙老师')
  await page.locator('.slip .desk-bad a[href="#papers/posters"]').waitFor() // it is warned of, and says where to write the address
  await page.evaluate(async () => {
    await fetch('/api/v1/staff/poster', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ wifi_name: '', wifi_password: '', address: 'http://192.168.1.10:8080' }) })
  })
  await page.reload()
  await invite('钱老师')
  await expect.poll(() => page.locator('.slip-link').inputValue()).toMatch(/^http:\/\/192\.168\.1\.10:8080\/staff\/in#/)
  expect(await page.locator('.slip .desk-bad').count()).toBe(0)
  await pictured(page, 'people-slip-address')
  await page.context().close()
})

test('the audit page keeps its looks when it is opened first', { timeout: 60_000 }, async () => {
  const page = await logIn('zh-CN', '王老师')
  await page.goto(`${url}/staff/#audit`)
  await page.reload()
  const form = page.locator('form[role=search]')
  await form.waitFor()
  expect(await form.evaluate((one) => getComputedStyle(one).display)).toBe('flex')
  await pictured(page, 'audit-first')
  await page.context().close()
})
