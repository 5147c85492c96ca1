// A province's store that the real programs made, served.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { answers, freePort, kaodianProvince, provinceProgram, repository, run, until, type Program } from '../outside/programs'

export interface Province {
  url: string
  folder: string
  program: Program
  reviewer: { name: string; password: string }
  administrator: { name: string; password: string }
  end(): Promise<void>
}

/** An order list: tickets, and the last day of their windows. */
function listOf(...orders: [ticket: string, day: string][]): string {
  const row = ([ticket, day]: [string, string], n: number) => `${ticket},王小明,Wang Xiaoming,男,2010-05-01,护照,E1234567${n},北京,13800000000,钢琴,3,2026-06-01,${day},小星星,`
  return ['准考证号,姓名,拼音,性别,出生日期,证件类型,证件号码,通讯地址,电话,专业,级别,上传开始,上传结束,曲目,照片', ...orders.map(row), ''].join('\n')
}

export async function startProvince(): Promise<Province> {
  const folder = mkdtempSync(join(tmpdir(), 'kaodian-province-'))
  const reviewer = { name: 'phone', password: 'another long password' }
  const administrator = { name: 'keeper', password: 'a third long password' }
  run('tar', ['-xzf', join(repository, 'cmd/kaodian-province/testdata/made-by-67abef8.tgz'), '-C', folder])
  const store = ['--store', join(folder, 'province')]
  kaodianProvince(['user', 'add', reviewer.name, '--role', 'reviewer', ...store], `${reviewer.password}\n`)
  kaodianProvince(['user', 'add', administrator.name, '--role', 'administrator', ...store], `${administrator.password}\n`)
  mkdirSync(join(folder, 'drop'))
  writeFileSync(join(folder, 'drop', 'holiday.jpg'), 'nobody waits for this') // a notice
  kaodianProvince(['receive', '--root', join(folder, 'drop'), ...store])
  const list = join(folder, 'list.csv')
  writeFileSync(list, listOf(['FX-LATE-1', '2026-07-01'], ['FX-LATE-2', '2026-07-01'], ['FX0000', '2036-12-30']))
  kaodianProvince(['publish', 'fixture', 'orders', list, '--title', '春季', ...store])
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const program = provinceProgram(['serve', ...store, '--http', `127.0.0.1:${port}`])
  program.start()
  const end = async () => {
    await program.end('SIGTERM')
    rmSync(folder, { recursive: true, force: true })
  }
  await until('the province answers', () => answers(url)).catch(async (thrown: unknown) => {
    await end()
    throw thrown
  })
  return { url, folder, program, reviewer, administrator, end }
}
