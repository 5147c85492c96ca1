// A new centre, set up on the page from the empty folder on: as its first
// administrator does it on a phone, with the program killed in the middle.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { answers, freePort, kaodianProvince, serveCentre, until } from '../outside/programs'
import { launch, openPhone, type Language } from '../phone/phones'

let browser: Browser

beforeAll(async () => {
  browser = await launch()
})

afterAll(() => browser?.close())

const pictures = process.env['KAODIAN_PICTURES']
const pictured = async (page: Page, name: string) => pictures && page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true })
const password = 'a long password'
const sizes = [
  { width: 390, height: 844 },
  { width: 820, height: 1180 },
  { width: 1366, height: 768 },
]

/** A centre on an empty folder, and the link that its console shows. */
async function newCentre() {
  const folder = mkdtempSync(join(tmpdir(), 'kaodian-setup-'))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const program = serveCentre(['--data', join(folder, 'data'), '--http', `127.0.0.1:${port}`])
  const start = async () => {
    program.start()
    await until('the centre answers', () => answers(`${url}/healthz`))
  }
  await start()
  await until('the console shows the link', async () => links(program.output).length > 0)
  const end = async () => {
    await program.end('SIGTERM')
    rmSync(folder, { recursive: true, force: true })
  }
  return { folder, url, program, start, end }
}

const links = (output: string) => [...output.matchAll(/http:\/\/\S+\/staff\/in#\S+/g)].map((match) => match[0])

/** An enrolment file of a province that is a folder. */
function enrolment(folder: string): string {
  const store = join(folder, 'province')
  const file = join(folder, 'enrol.json')
  kaodianProvince(['init', '--store', store])
  kaodianProvince(['enrol', 'jinan', '--store', store, '--drop', `dir:${folder}`, '--out', file])
  return file
}

const step = (page: Page, name: string) => page.locator(`[data-step="${name}"]`)

test.each(['zh-CN', 'en'] as const)('an empty folder becomes a centre, with a kill and a walk away in between, in %s', { timeout: 240_000 }, async (language: Language) => {
  const centre = await newCentre()
  try {
    const { page } = await openPhone(browser, centre.url, 'desktop', language, { viewport: sizes[0] })
    await page.goto(`${centre.url}/staff/`)
    await page.locator('.setup-first').waitFor()
    await pictured(page, `first-${language}`)
    const link = links(centre.program.output).at(-1) ?? ''
    await page.goto(link)
    await page.locator('input[name=name]').fill('王老师')
    await page.locator('input[name=password]').fill(password)
    await page.locator('input[name=again]').fill(password)
    await page.locator('button[type=submit]').click()
    await page.locator('input[name=centre_name]').waitFor()
    for (const size of sizes) {
      await page.setViewportSize(size)
      await pictured(page, `setup-name-${size.width}-${language}`)
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
    }
    await step(page, 'name').locator('button[type=submit]').click()
    await step(page, 'name').locator('[role=alert]').waitFor() // nothing written yet
    await page.locator('input[name=centre_name]').fill('济南一号考点')
    await page.locator('input[name=centre_name]').press('Enter')
    await step(page, 'clock').locator('button').first().waitFor()

    // The link is used up.
    const other = await openPhone(browser, centre.url, 'desktop', language)
    await other.page.goto(link)
    await other.page.locator('.desk-bad').waitFor()
    expect(await other.page.locator('input[name=password]').count()).toBe(0)
    await other.context.close()

    // The program dies; what was answered stays, and the desk says how far it is.
    await centre.program.end('SIGKILL')
    await page.locator('.desk-gone').waitFor()
    await step(page, 'clock').locator('.el-button--primary').click()
    await step(page, 'clock').locator('.desk-bad').waitFor() // said where it was asked for, and it stays
    await centre.start()
    await page.locator('.desk-gone').waitFor({ state: 'detached' })
    await step(page, 'clock').locator('.desk-bad').waitFor()
    await page.goto(`${centre.url}/staff/#`)
    await page.reload()
    await expect.poll(() => page.locator('.setup-notice').textContent()).toContain('2')
    await page.locator('.setup-notice a').click()
    await step(page, 'clock').locator('.el-button--primary').click()
    await page.locator('input[name=wifi_name]').fill('Kaodian')
    await page.locator('input[name=wifi_password]').fill('short')
    await step(page, 'wifi').locator('button[type=submit]').click()
    await step(page, 'wifi').locator('.desk-bad').waitFor()
    await page.locator('input[name=wifi_password]').fill('kaoshi2026')
    await step(page, 'wifi').locator('button[type=submit]').click()

    const wrong = join(centre.folder, 'wrong.json')
    writeFileSync(wrong, '{"hello": 1}')
    await page.locator('input[name=enrolment]').setInputFiles(wrong)
    await step(page, 'province').locator('.desk-bad').waitFor()
    await page.locator('input[name=enrolment]').setInputFiles(enrolment(centre.folder))
    await step(page, 'province').locator('.desk-good').waitFor()
    await expect.poll(() => step(page, 'province').getAttribute('class')).toContain('setup-behind') // at once
    expect(await step(page, 'province').locator('.setup-later button').count()).toBe(0)
    await step(page, 'province').locator('.el-button--primary').click()
    await step(page, 'certificate').locator('.desk-warn').waitFor()
    await pictured(page, `setup-certificate-${language}`)
    expect(await step(page, 'certificate').locator('.el-button--primary').count()).toBe(0) // nothing is done without it
    await step(page, 'certificate').locator('.setup-later button').click()
    await step(page, 'checks').locator('.el-button--primary').click()
    await step(page, 'checks').locator('[data-check=sync]').waitFor({ timeout: 120_000 })
    expect(await step(page, 'checks').locator('[data-check=models]').count()).toBe(1)
    await pictured(page, `setup-checks-${language}`)
    await step(page, 'checks').locator('.el-button--primary').click()
    await expect.poll(() => page.locator('.setup-count').textContent()).toMatch(/7.*7/)
    await page.goto(`${centre.url}/staff/#settings`)
    await page.locator('[data-setting="exam.centre_name"] strong', { hasText: '济南一号考点' }).waitFor()
    for (const size of sizes) {
      await page.setViewportSize(size)
      await pictured(page, `settings-${size.width}-${language}`)
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
    }
    await page.context().close()
  } finally {
    await centre.end()
  }
})
