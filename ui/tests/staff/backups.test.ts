// From nothing to a backup that is known to come back, on the page alone: the key
// goes on paper, a disk is chosen, and it is made.
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { answers, freePort, kaodian, serveCentre, until } from '../outside/programs'
import { chinese, english } from '../outside/words'
import { launch, openPhone } from '../phone/phones'
import { password } from './centre'

/** Memory is another disk, where it is mounted. */
const MEMORY = '/dev/shm'
const folder = mkdtempSync(join(tmpdir(), 'kaodian-backups-'))
const isApart = (() => {
  try {
    return statSync(MEMORY).dev !== statSync(folder).dev
  } catch {
    return false
  }
})()

let browser: Browser
beforeAll(async () => {
  browser = await launch()
})
afterAll(async () => {
  await browser?.close()
  rmSync(folder, { recursive: true, force: true })
})

const pictures = process.env['KAODIAN_PICTURES']

test.skipIf(!isApart).each([
  ['zh-CN', { width: 1366, height: 768 }],
  ['en', { width: 390, height: 844 }],
] as const)('a key on paper, a place, and a backup that comes back, in %s (SKIPPED where /dev/shm is no disk of its own)', { timeout: 180_000 }, async (language, viewport) => {
  const t = language === 'en' ? english : chinese
  const data = join(folder, `data-${language}`)
  const disk = mkdtempSync(join(MEMORY, 'kaodian-backups-'))
  kaodian(['setup', '--data', data])
  kaodian(['user', 'add', 'boss', '--role', 'administrator', '--data', data], `${password}\n`)
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const program = serveCentre(['--data', data, '--http', `127.0.0.1:${port}`])
  program.start()
  try {
    await until('the centre answers', () => answers(`${url}/healthz`))
    const { page } = await openPhone(browser, url, 'desktop', language, { viewport })
    const button = (key: Parameters<typeof t>[0]) => page.getByRole('button', { name: t(key), exact: true })
    const look = async (name: string) => {
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), name).toBeLessThanOrEqual(0)
      if (pictures) await page.screenshot({ path: `${pictures}/backups-${name}-${language}.png`, fullPage: true })
    }
    await page.goto(`${url}/staff/#backups`)
    await page.locator('input[name=name]').fill('boss')
    await page.locator('input[name=password]').fill(password)
    await page.locator('input[name=password]').press('Enter')
    await button('staff.backups.key.make').waitFor()
    await look('first')

    await button('staff.backups.key.make').click()
    const key = (await page.locator('.backups-form .backups-key').textContent()) ?? ''
    expect(key).toMatch(/^AGE-SECRET-KEY-1[0-9A-Z]{58}$/)
    await look('key')
    if (pictures) await page.pdf({ path: `${pictures}/backups-key-${language}.pdf`, format: 'A4' })
    await page.locator('input[name=end]').fill('NOTTHEEND')
    await button('staff.backups.key.keep').click()
    await page.locator('.desk-bad', { hasText: t('error.backup_key_wrong.text') }).waitFor()
    await page.locator('input[name=end]').fill(key.slice(-8).toLowerCase())
    await button('staff.backups.key.keep').click()
    await button('staff.backups.key.lost').waitFor()
    expect(await page.locator('body').textContent()).not.toContain(key)

    await button('staff.backups.place.choose').click()
    await page.locator('.backups-form input').first().waitFor()
    const other = page.locator('.backups-place', { hasText: t('staff.backups.place.other') })
    if (await other.count()) await other.click() // a disk is in here
    await page.locator('input[name=path]').fill(data)
    await button('staff.backups.place.use').click()
    await page.locator('.desk-bad', { hasText: t('error.backup_place_inside.text') }).waitFor()
    await look('place')
    await page.locator('input[name=path]').fill(disk)
    await button('staff.backups.place.use').click()
    await page.locator('section.desk-card').first().locator('.desk-good').waitFor({ timeout: 120_000 })
    await page.locator('.setting-value strong', { hasText: disk }).waitFor()
    await button('staff.backups.start').waitFor()
    await look('made')

    rmSync(disk, { recursive: true, force: true })
    await page.locator('.desk-bad', { hasText: t('error.backup_place_gone.text') }).waitFor({ timeout: 60_000 })
    await look('gone')

    // The paper is lost while the stick is out: what there is opens with that one only.
    await button('staff.backups.key.lost').click()
    await button('staff.backups.key.replace').click()
    const next = (await page.locator('.backups-form .backups-key').textContent()) ?? ''
    expect(next).not.toBe(key)
    await page.locator('input[name=end]').fill(next.slice(-8))
    await button('staff.backups.key.keep').click()
    await page.locator('.desk-warn', { hasText: t('staff.backups.former', { made: '…' }).split('…')[1] ?? '' }).waitFor({ timeout: 60_000 })
    await page.locator('.desk-bad', { hasText: t('staff.backups.failure.gone') }).waitFor({ timeout: 60_000 })
    await page.locator('.backups-command', { hasText: `kaodian-admin restore --from ${disk}` }).first().waitFor()
    await look('former')
    await page.goto(`${url}/staff/#`)
    await page.locator('.status-line a[href="#backups"]').waitFor()
    await look('desk')
    await page.context().close()
  } finally {
    rmSync(disk, { recursive: true, force: true })
    await program.end('SIGTERM')
  }
})
