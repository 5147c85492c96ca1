// A phone on a name that is not loopback: by HTTP a page gets no camera; with
// the centre's root installed, HTTPS gives it one. Chromium keeps installed
// roots in a database of its own, which certutil writes as a person would do
// by hand; nothing here tells it to overlook errors.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { chromiumProgram } from '../phone/phones'
import { answers, freePort, kaodian, run, serveCentre, until, type Program } from './programs'

const name = 'kaodian.home.arpa'
const folder = mkdtempSync(join(tmpdir(), 'kaodian-secure-'))
const data = join(folder, 'data')
let centre: Program
let plain: string
let secure: string

beforeAll(async () => {
  writeFileSync(join(folder, 'kaodian.toml'), `[http]\nhosts = ["${name}"]\n`)
  writeFileSync(
    join(folder, 'orders.csv'),
    `准考证号,姓名,拼音,性别,出生日期,证件类型,证件号码,通讯地址,电话,专业,级别,上传开始,上传结束,曲目,照片
SEC1,王小明,Wang,男,2015-05-06,护照,P1,济南,13800000000,钢琴,三级,2020-01-01,2090-01-01,乐曲：小步舞曲,
`,
  )
  kaodian(['setup', '--data', data])
  kaodian(['import', 'orders', join(folder, 'orders.csv'), '--data', data])
  const [port, securePort] = [await freePort(), await freePort()]
  plain = `http://${name}:${port}`
  secure = `https://${name}:${securePort}`
  centre = serveCentre(['--data', data, '--config', join(folder, 'kaodian.toml'), '--http', `127.0.0.1:${port}`, '--https', `127.0.0.1:${securePort}`])
  centre.start()
  await until('the centre answers', () => answers(`http://127.0.0.1:${port}/healthz`))
}, 60_000)

afterAll(async () => {
  await centre?.end('SIGTERM')
  rmSync(folder, { recursive: true, force: true })
})

/** A browser of a person whose home has this root installed, or none. */
async function phone(home: string, root?: string): Promise<Browser> {
  const database = join(folder, home, '.pki/nssdb')
  mkdirSync(database, { recursive: true })
  run('certutil', ['-N', '-d', `sql:${database}`, '--empty-password'])
  if (root) run('certutil', ['-A', '-d', `sql:${database}`, '-n', 'kaodian', '-t', 'C,,', '-i', root])
  return chromium.launch({
    executablePath: chromiumProgram,
    env: { ...process.env, HOME: join(folder, home) } as Record<string, string>,
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', `--host-resolver-rules=MAP ${name} 127.0.0.1`],
  })
}

const camera = () => ({ secure: window.isSecureContext, camera: !!(navigator.mediaDevices as MediaDevices | undefined)?.getUserMedia })

test('a name by HTTP gives no camera, and HTTPS with the root installed does', { timeout: 90_000 }, async () => {
  const root = join(folder, 'root.crt')
  const answer = await fetch(`${plain.replace(name, '127.0.0.1')}/install/kaodian-root.crt`)
  writeFileSync(root, Buffer.from(await answer.arrayBuffer()))

  const stranger = await phone('stranger')
  const page = await stranger.newPage({ locale: 'zh-CN' })
  await page.goto(`${plain}/secure`)
  expect(await page.evaluate(camera)).toEqual({ secure: false, camera: false })
  await page.getByRole('button', { name: '试一试' }).click()
  await page.getByText('还不行').waitFor()
  await expect(page.goto(secure)).rejects.toThrow(/ERR_CERT_AUTHORITY_INVALID/)
  await stranger.close()

  const known = await phone('known', root)
  const context = await known.newContext({ locale: 'zh-CN' })
  const own = await context.newPage()
  await own.goto(`${plain}/login`)
  await own.locator('input[name=ticket]').fill('SEC1')
  await own.locator('input[name=id_number]').fill('P1')
  await own.locator('button[type=submit]').click()
  await own.getByText('王小明').first().waitFor()
  await own.goto(`${plain}/secure`)
  await own.getByRole('button', { name: '试一试' }).click()
  await own.getByRole('button', { name: '用安全连接打开' }).click()
  await own.waitForURL(`${secure}/orders`)
  await own.getByText('王小明').first().waitFor() // logged in by HTTP, and still
  expect(await own.evaluate(camera)).toEqual({ secure: true, camera: true })

  await own.goto(`${secure}/login`)
  await own.locator('input[name=ticket]').fill('SEC1')
  await own.locator('input[name=id_number]').fill('P1')
  await own.locator('button[type=submit]').click()
  await own.waitForURL(`${secure}/orders`)
  const session = (await context.cookies(secure)).find((cookie) => cookie.name === '__Host-kaodian')
  expect(session).toMatchObject({ secure: true, httpOnly: true, sameSite: 'Lax' })
  await known.close()
})
