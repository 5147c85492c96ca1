// Programs that the outside test starts, and ends by their own process.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const repository = resolve(dirname(fileURLToPath(import.meta.url)), '../../..')
const centre = join(repository, 'bin/kaodian')
const province = join(repository, 'bin/kaodian-province')

/** Where shared test data lies, or nothing: only KAODIAN_SHARED says so. */
export function shared(path: string): string | undefined {
  const folder = process.env['KAODIAN_SHARED']
  const found = folder && join(folder, path)
  return found && existsSync(found) ? found : undefined
}

// The tests' pictures show nobody, and where networks are, R2 refuses a photo
// without a face: the programs find some only where there are photos of people.
process.env['KAODIAN_MODELS'] = shared('testdata/faces') ? join(repository, 'models') : join(repository, 'build/no-models')

/** Runs a command to its end; what it says is in the error if it fails. */
export function run(program: string, args: string[], input = ''): string {
  const done = spawnSync(program, args, { input, encoding: 'utf8', maxBuffer: 1 << 26 })
  if (done.error) throw done.error
  if (done.status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${done.status}: ${done.stderr}${done.stdout}`)
  return done.stdout
}

export const kaodian = (args: string[], input = '') => run(centre, args, input)
export const kaodianProvince = (args: string[], input = '') => run(province, args, input)

/** The next port to try: each worker has a thousand, below those that the
 * system gives away, so that a server that was ended finds its own free again. */
let nextPort = 20_000 + 1_000 * (Number(process.env['VITEST_POOL_ID'] ?? 0) % 10)

export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const port = nextPort++
    const server = createServer()
    const free = await new Promise<boolean>((done) => server.once('error', () => done(false)).listen(port, '127.0.0.1', () => done(true)))
    await new Promise((done) => server.close(done))
    if (free) return port
  }
  throw new Error('no port is free')
}

/** A program that runs on; what it wrote is shown when a test fails. */
export class Program {
  output = ''
  private child?: ChildProcess

  constructor(
    readonly name: string,
    private readonly program: string,
    private readonly args: string[],
  ) {}

  start(): void {
    const child = spawn(this.program, this.args, { stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (this.output += text.toString()))
    this.child = child
  }

  get running(): boolean {
    return !!this.child && this.child.exitCode === null && this.child.signalCode === null
  }

  /** Has it stand still. The signal alone does not: on a busy machine a thread may still answer a call. */
  async freeze(): Promise<void> {
    const tasks = `/proc/${this.child?.pid}/task`
    const stopped = (task: string) => {
      try {
        return readFileSync(join(tasks, task, 'stat'), 'utf8').split(') ')[1]?.startsWith('T')
      } catch {
        return false // it ended meanwhile: the next look does not find it
      }
    }
    this.child?.kill('SIGSTOP')
    await until(`${this.name} stands still`, () => readdirSync(tasks).every(stopped))
  }

  goOn(): void {
    this.child?.kill('SIGCONT')
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.child
    if (!child || !this.running) return
    const ended = new Promise((done) => child.once('exit', done))
    child.kill(signal)
    await ended
  }
}

export const serveCentre = (args: string[]) => new Program('kaodian', centre, ['serve', ...args])
export const provinceProgram = (args: string[]) => new Program('kaodian-province', province, args)

export async function until(what: string, holds: () => boolean | Promise<boolean>, seconds = 60): Promise<void> {
  const end = Date.now() + seconds * 1000
  while (Date.now() < end) {
    if (await holds()) return
    await new Promise((done) => setTimeout(done, 50))
  }
  throw new Error(`after ${seconds} s still not: ${what}`)
}

export const answers = (url: string) => fetch(url).then((r) => r.ok, () => false)
