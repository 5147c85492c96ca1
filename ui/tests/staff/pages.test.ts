// Every page of the staff and of the province, and what opens on it, in both
// languages, on a desk's screen and on a tablet, over a day of 300 orders in
// three rooms: nothing serious for axe, nothing hangs out to the right, and no
// name is cut. A page without its place here is red.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { pages } from '../../src/staff/pages'
import { answers, freePort, serveCentre, until } from '../outside/programs'
import { chinese, english } from '../outside/words'
import { api, launch, openPhone, type Language } from '../phone/phones'
import { startFullCentre, type Account, type FullCentre } from './full'
import { fillHundreds } from './hundreds'
import { cut, hangsOut, serious } from './looks'
import { places, propose, type At, type Sight } from './places'
import { startProvince } from './store'

vi.mock('../../src/staff/Desk.vue', () => ({ default: {} })) // only the list is read

let centre: FullCentre
let browser: Browser
const languages = ['zh-CN', 'en'] as const
const sizes = [{ width: 820, height: 1180 }, { width: 1366, height: 768 }]

beforeAll(async () => {
  centre = await startFullCentre()
  browser = await launch()
  await fillHundreds(centre, browser)
}, 300_000)

afterAll(async () => {
  await browser?.close()
  await centre?.end()
})

const pictures = process.env['KAODIAN_PICTURES']
async function pictured(page: Page, name: string, language: Language, width: number): Promise<void> {
  if (!pictures) return
  mkdirSync(pictures, { recursive: true })
  await page.screenshot({ path: join(pictures, `${name.replace(/\W+/g, '-')}.${width}.${language}.png`), fullPage: true })
}

/** What is wrong with the page as it stands, at each size. */
async function look(page: Page, name: string, language: Language): Promise<string[]> {
  const wrong: string[] = []
  for (const size of sizes) {
    await page.setViewportSize(size)
    await page.evaluate(() => Promise.all(document.getAnimations().map((one) => one.finished.catch(() => undefined))))
    await pictured(page, name, language, size.width)
    for (const bad of [...(await hangsOut(page)), ...(await cut(page)), ...(await serious(page))]) wrong.push(`${name}, ${size.width}: ${bad}`)
  }
  return wrong
}

async function open(language: Language, who: Account): Promise<At> {
  const { page } = await openPhone(browser, centre.url, 'desktop', language, { viewport: sizes[1] })
  await page.goto(`${centre.url}/staff/`)
  await api(page, 'POST', '/staff/login', who)
  return { page, centre, t: language === 'en' ? english : chinese }
}

/** One run tells all that is wrong. */
async function walk(at: At, sights: readonly Sight[], language: Language): Promise<string[]> {
  const wrong: string[] = []
  for (const [name, go] of sights) {
    await go(at)
    wrong.push(...(await look(at.page, name, language)))
  }
  await at.page.context().close()
  return wrong
}

test('every page of the staff has its place here', () => {
  expect(Object.keys(places).sort()).toEqual(pages.map(({ hash }) => hash).sort())
})

test.each(languages.flatMap((language) => Object.keys(places).map((hash) => [hash, language] as const)))('#%s is sound, in %s', { timeout: 180_000 }, async (hash, language) => {
  expect(await walk(await open(language, centre.boss), places[hash] ?? [], language)).toEqual([])
})

test.each(languages)('what an examiner sees is sound, in %s', { timeout: 120_000 }, async (language) => {
  expect(await walk(await open(language, centre.examiner), places['review'] ?? [], language)).toEqual([])
})

/** A page that nobody is logged in for. */
async function outside(url: string, language: Language, shows: string): Promise<Page> {
  const { page } = await openPhone(browser, new URL(url).origin, 'desktop', language, { viewport: sizes[1] })
  await page.goto(url)
  await page.locator(shows).waitFor()
  return page
}

test.each(languages)('the log-in, an invitation and a proposal are sound, in %s', { timeout: 120_000 }, async (language) => {
  const login = await outside(`${centre.url}/staff/`, language, 'input[name=password]')
  await login.locator('button[type=submit]').click()
  await login.getByRole('alert').waitFor()
  const wrong = await look(login, 'login', language)
  await login.context().close()

  const { page } = await open(language, centre.second)
  const { url } = await api<{ url: string }>(page, 'POST', '/staff/invitations', { name: `张老师 ${language}`, role: 'examiner' })
  await propose(page)
  await page.context().close()
  const enter = await outside(url, language, 'input[name=again]')
  wrong.push(...(await look(enter, 'invitation', language)))
  await enter.context().close()

  const { page: asked } = await open(language, centre.boss)
  await asked.goto(`${centre.url}/staff/#me`)
  await asked.reload()
  await asked.locator('.second-acts').waitFor()
  wrong.push(...(await look(asked, 'proposal', language)))
  await asked.locator('.second-acts button').last().click()
  await asked.locator('input[name=reject-reason]').waitFor()
  wrong.push(...(await look(asked, 'a proposal is turned down', language)))
  await asked.locator('input[name=reject-reason]').fill('点错了')
  await asked.locator('input[name=reject-reason]').press('Enter')
  await asked.locator('input[name=reject-reason]').waitFor({ state: 'detached' })
  await asked.context().close()
  expect(wrong).toEqual([])
})

test.each(languages)('a centre that nobody set up yet is sound, in %s', { timeout: 120_000 }, async (language) => {
  const folder = mkdtempSync(join(tmpdir(), 'kaodian-first-'))
  const url = `http://127.0.0.1:${await freePort()}`
  const program = serveCentre(['--data', join(folder, 'data'), '--http', url.slice('http://'.length)])
  program.start()
  try {
    await until('the centre answers', () => answers(`${url}/healthz`))
    const first = await outside(`${url}/staff/`, language, '.setup-first')
    const wrong = await look(first, 'first start', language)
    await first.context().close()
    const link = () => /http:\/\/\S+\/staff\/in#\S+/.exec(program.output)?.[0]
    await until('the console shows the link', () => !!link())
    const enter = await outside(link() ?? '', language, 'input[name=again]')
    wrong.push(...(await look(enter, 'first account', language)))
    await enter.context().close()
    expect(wrong).toEqual([])
  } finally {
    await program.end('SIGTERM')
    rmSync(folder, { recursive: true, force: true })
  }
})

test('the province’s page is sound', { timeout: 180_000 }, async () => {
  const province = await startProvince()
  const wrong: string[] = []
  try {
    for (const language of languages) {
      const page = await outside(province.url, language, 'input[name=name]')
      wrong.push(...(await look(page, 'province: login', language)))
      await page.locator('input[name=name]').fill(province.reviewer.name)
      await page.locator('input[name=password]').fill(province.reviewer.password)
      await page.keyboard.press('Enter')
      await page.locator('.desk-table .desk-act').first().waitFor()
      wrong.push(...(await look(page, 'province', language)))
      await page.locator('.desk-act button').first().click()
      await page.locator('.clip-view .findings li').first().waitFor()
      wrong.push(...(await look(page, 'province: a video', language)))
      await page.context().close()
    }
  } finally {
    await province.end()
  }
  expect(wrong).toEqual([])
})
