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
  writeFileSync(list, 'it is the centre that reads it\n')
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
