// How the server is: looked at from the page, with what helps where something is
// wrong, and a word of it on the board.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { answers, freePort, kaodian, run, serveCentre, until } from '../outside/programs'
import { chinese, english } from '../outside/words'
import { launch, openPhone } from '../phone/phones'
import { password } from './centre'

const folder = mkdtempSync(join(tmpdir(), 'kaodian-health-'))
const pictures = process.env['KAODIAN_PICTURES']

let browser: Browser
const syllabus = join(folder, 'syllabus')
beforeAll(async () => {
  mkdirSync(syllabus)
  writeFileSync(join(syllabus, 'syllabus.csv'), '专业,级别,科目,类型,抽题,组\n钢琴,1-10,视奏,sight_reading,yes,\n')
  writeFileSync(join(syllabus, 'bank.csv'), 'subject,grades,item,title,file\n钢琴,1-10,视奏,视奏一,score.png\n')
  run('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'color=white:size=800x400', '-frames:v', '1', join(syllabus, 'score.png')])
  browser = await launch()
})
afterAll(async () => {
  await browser?.close()
  rmSync(folder, { recursive: true, force: true })
})

/** In the order of «kaodian doctor». */
const parts = ['data', 'audit', 'disk', 'clock', 'camera', 'ffmpeg', 'cage', 'opencv', 'models', 'sync', 'backup', 'files']

test.each([
  ['zh-CN', { width: 1366, height: 768 }],
  ['en', { width: 390, height: 844 }],
] as const)('the server is looked at and says what helps, in %s', { timeout: 120_000 }, async (language, viewport) => {
  const t = language === 'en' ? english : chinese
  const data = join(folder, `data-${language}`)
  kaodian(['setup', '--data', data])
  kaodian(['import', 'syllabus', syllabus, '--data', data])
  mkdirSync(join(data, 'models'), { recursive: true })
  writeFileSync(join(data, 'models', 'fr_detect.onnx'), 'rubbish') // one thing is wrong
  kaodian(['user', 'add', 'tech', '--role', 'technician', '--data', data], `${password}\n`)
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const program = serveCentre(['--data', data, '--http', `127.0.0.1:${port}`])
  program.start()
  try {
    await until('the centre answers', () => answers(`${url}/healthz`))
    const { page } = await openPhone(browser, url, 'desktop', language, { viewport })
    const look = async (name: string) => {
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), name).toBeLessThanOrEqual(0)
      if (pictures) await page.screenshot({ path: `${pictures}/health-${name}-${language}.png`, fullPage: true })
    }
    await page.goto(`${url}/staff/#health`)
    await page.locator('input[name=name]').fill('tech')
    await page.locator('input[name=password]').fill(password)
    await page.locator('input[name=password]').press('Enter')
    await page.locator('[data-check=backup][data-state=unknown]').waitFor()
    await look('first')
    await page.getByRole('button', { name: t('staff.health.look'), exact: true }).click()
    await page.locator('.health [role=status]', { hasText: t('staff.health.some', { count: 1 }) }).waitFor({ timeout: 60_000 })
    expect(await page.locator('[data-check]').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-check')))).toEqual(parts)
    const models = page.locator('[data-check=models][data-state=wrong]')
    expect(await models.textContent()).toContain(t('staff.health.found.models_broken'))
    expect(await models.textContent()).toContain(t('staff.health.do.models_broken'))
    await look('looked')
    const score = readdirSync(join(data, 'vault', 'bank'))[0] ?? ''
    const stored = join(data, 'vault', 'bank', score)
    writeFileSync(stored, readFileSync(stored).fill(0, 40, 41))
    await page.getByRole('button', { name: t('staff.health.files.start'), exact: true }).click()
    const file = page.locator('[data-file=score]')
    await file.waitFor()
    expect(await file.textContent()).toContain(t('staff.health.files.wrong.damaged'))
    expect(await file.textContent()).toContain(`vault/bank/${score}`)
    expect(await file.textContent()).toContain(t('staff.health.files.helps.score'))
    await page.locator('[data-check=files][data-state=wrong]').waitFor()
    await look('files')
    // What it says helps: the same question bank makes the score whole.
    kaodian(['import', 'syllabus', syllabus, '--data', data])
    await page.getByRole('button', { name: t('staff.health.files.start'), exact: true }).click()
    await page.locator('.health-files .desk-good').waitFor()
    rmSync(stored)
    mkdirSync(stored)
    await page.getByRole('button', { name: t('staff.health.files.start'), exact: true }).click()
    await file.waitFor()
    expect(await file.textContent()).toContain(t('staff.health.files.wrong.replaced'))
    await look('replaced')
    await page.goto(`${url}/staff/#`)
    await page.locator('.status-line a[href="#health"]', { hasText: t('staff.status.health', { count: 2 }) }).waitFor()
    await look('board')
    await page.locator('.status-line a[href="#health"]').click()
    await models.waitFor()

    const download = page.waitForEvent('download')
    await page.getByRole('link', { name: t('staff.health.support.get'), exact: true }).click()
    const bundle = await download
    expect(bundle.suggestedFilename()).toMatch(/^kaodian-support-\d{8}-\d{4}\.zip$/)
    expect(readFileSync(await bundle.path()).subarray(0, 2).toString()).toBe('PK')

    await page.getByRole('link', { name: t('staff.health.log.see'), exact: true }).click()
    await page.locator('.service-log li[data-level=info]', { hasText: 'serving' }).waitFor()
    await page.locator('.service-log li[data-level=error]', { hasText: 'a stored file is not as it was' }).first().waitFor()
    await look('log')
    await page.locator('select[name=least]').selectOption('error')
    await page.locator('.service-log li[data-level=info]').first().waitFor({ state: 'detached' })
    await page.getByRole('link', { name: t('staff.health.log.back'), exact: true }).click()

    await page.getByRole('button', { name: t('staff.health.end.open'), exact: true }).click()
    await page.locator('.health-end', { hasText: t('staff.health.end.nobody') }).waitFor()
    await look('end')
    await page.locator('.health-end input[name=reason]').fill('new power supply')
    await page.getByRole('button', { name: t('staff.health.end.confirm'), exact: true }).click()
    await page.locator('.health-end', { hasText: t('staff.health.end.ended') }).waitFor()
    await look('ended')
    await until('the centre is off', async () => !(await answers(`${url}/healthz`)))
    await page.context().close()
  } finally {
    await program.end('SIGTERM')
  }
})
