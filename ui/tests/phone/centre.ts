// One centre for the tests of the candidate's page: real binary, many
// candidates, each in a state of its own, and time limits that a test can wait
// for.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { answers, freePort, kaodian, run, serveCentre, until, type Program } from '../outside/programs'

export interface Candidate {
  ticket: string
  idNumber: string
  name: string
}

export interface Centre {
  url: string
  folder: string
  program: Program
  /** Short clips: one that every browser plays, one of an old camera. */
  clips: { mp4: string; avi: string }
  staff: { name: string; password: string }
  /** The n-th candidate of a grade; windows are open but for «waiting» and «over». */
  candidate(kind: Kind, n?: number): Candidate
  restart(): Promise<void>
  end(): Promise<void>
}

/** Grade 9 has an attempt of twenty seconds; grade 3 thirty minutes with a drawn item; grade 5 eleven minutes. */
export type Kind = 'drawn' | 'short' | 'warned' | 'waiting' | 'over'

const OF_EACH = 21
const grades: Record<Kind, number> = { drawn: 3, short: 9, warned: 5, waiting: 3, over: 3 }
const kinds = Object.keys(grades) as Kind[]

// Each exam that runs is promised room for the largest clips, and a day of 300
// orders must find it on a small disk, too.
const settings = `
[exam]
max_clip_bytes = 104857600
time_limits = [
  { grades = "1-4", limit = "30m" },
  { grades = "5-7", limit = "10m8s" },
  { grades = "8-10", limit = "20s" },
]

[http]
max_sockets_per_address = 1000
`

export async function startCentre(more: string[] = []): Promise<Centre> {
  const folder = mkdtempSync(join(tmpdir(), 'kaodian-phone-'))
  const data = join(folder, 'data')
  const staff = { name: 'teacher', password: 'a long password' }
  layOut(folder, data, staff)
  const clips = makeClips(folder)
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const program = serveCentre(['--data', data, '--config', join(folder, 'kaodian.toml'), '--http', `127.0.0.1:${port}`, ...more])
  program.start()
  const up = () => until('the centre answers', () => answers(`${url}/healthz`))
  const end = async () => {
    await program.end('SIGTERM')
    rmSync(folder, { recursive: true, force: true })
  }
  await up().catch(async (thrown: unknown) => {
    await end()
    throw thrown
  })
  return {
    url, folder, program, clips, staff, end,
    candidate: (kind, n = 0) => candidateOf(kind, n),
    restart: async () => {
      await program.end('SIGKILL')
      program.start()
      await up()
    },
  }
}

/** The last of grade 3, for pages that must hold long words. */
export const LONG = { n: OF_EACH - 2, name: '古丽米热·阿不都热依木江', piece: '《降E大调小奏鸣曲》第三乐章 回旋曲 优雅的快板（选自作品168之2）' }

function candidateOf(kind: Kind, n: number): Candidate {
  const place = kinds.indexOf(kind) * OF_EACH + n
  return { ticket: `PH${1000 + place}`, idNumber: `PASS${2000 + place}`, name: isLong(kind, n) ? LONG.name : `考生${place}` }
}

const isLong = (kind: Kind, n: number) => kind === 'drawn' && n >= LONG.n

function layOut(folder: string, data: string, staff: Centre['staff']): void {
  writeFileSync(join(folder, 'kaodian.toml'), settings)
  mkdirSync(join(folder, 'syllabus'))
  writeFileSync(join(folder, 'syllabus', 'syllabus.csv'), '专业,级别,科目,类型,抽题,组\n钢琴,1-10,乐曲,piece,no,\n钢琴,3,视奏,sight_reading,yes,\n')
  writeFileSync(join(folder, 'syllabus', 'bank.csv'), 'subject,grades,item,title,file\n钢琴,3,视奏,视奏一,score.png\n')
  run('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'color=white:size=1200x600', '-frames:v', '1', join(folder, 'syllabus', 'score.png')])
  writeFileSync(join(folder, 'orders.csv'), orderList())
  kaodian(['setup', '--data', data])
  kaodian(['import', 'syllabus', join(folder, 'syllabus'), '--data', data])
  kaodian(['import', 'orders', join(folder, 'orders.csv'), '--data', data])
  kaodian(['user', 'add', staff.name, '--role', 'invigilator', '--data', data], `${staff.password}\n`)
}

function orderList(): string {
  const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10)
  const windows: Record<Kind, [number, number]> = { drawn: [-2, 9], short: [-2, 9], warned: [-2, 9], waiting: [5, 9], over: [-9, -5] }
  const rows = kinds.flatMap((kind) =>
    Array.from({ length: OF_EACH }, (_, n) => {
      const { ticket, idNumber, name } = candidateOf(kind, n)
      const [opens, closes] = windows[kind]
      return `${ticket},${name},Kaosheng,女,2015-05-06,护照,${idNumber},济南,13800000000,钢琴,${grades[kind]},${day(opens)},${day(closes)},乐曲：${isLong(kind, n) ? LONG.piece : '小步舞曲'},`
    }),
  )
  return ['准考证号,姓名,拼音,性别,出生日期,证件类型,证件号码,通讯地址,电话,专业,级别,上传开始,上传结束,曲目,照片', ...rows, ''].join('\n')
}

function makeClips(folder: string): Centre['clips'] {
  const clips = { mp4: join(folder, 'clip.mp4'), avi: join(folder, 'clip.avi') }
  const sources = ['-f', 'lavfi', '-i', 'testsrc2=size=1280x720:rate=30', '-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000']
  const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-b:v', '4M', '-minrate', '4M', '-maxrate', '4M', '-bufsize', '4M', '-nal-hrd', 'cbr', '-pix_fmt', 'yuv420p']
  run('ffmpeg', ['-v', 'error', ...sources, '-t', '14', ...h264, '-c:a', 'aac', '-movflags', '+faststart', clips.mp4])
  run('ffmpeg', ['-v', 'error', ...sources, '-t', '11', '-c:v', 'mpeg4', '-q:v', '12', '-c:a', 'mp3', clips.avi])
  return clips
}
