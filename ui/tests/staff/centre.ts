// A centre with submitted exams to review, laid out by the real programs and
// sent by the real calls: what a phone does is tested elsewhere.
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { answers, freePort, kaodian, run, serveCentre, shared, until } from '../outside/programs'

export interface ReviewCentre {
  url: string
  folder: string
  /** The candidates' names, in the order in which they were sent. */
  names: string[]
  program: ReturnType<typeof serveCentre>
  end(): Promise<void>
}

export const password = 'a long password'
export const accounts = ['administrator', 'examiner'] as const
export const secrets = ['370102201505060', '历下区某路九号', '13812345678', 'REV0', 'Xiaohuan']

const names = ['诸葛小欢', '欧阳静', '司马远']

/** The centre by such settings, with further accounts of examiners. */
export async function startReviewCentre(settings = '', examiners: string[] = []): Promise<ReviewCentre> {
  const folder = mkdtempSync(join(tmpdir(), 'kaodian-review-'))
  const data = join(folder, 'data')
  layOut(folder, data)
  writeFileSync(join(folder, 'kaodian.toml'), settings)
  for (const name of examiners) kaodian(['user', 'add', name, '--role', 'examiner', '--data', data], `${password}\n`)
  const clips = makeClips(folder)
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const program = serveCentre(['--data', data, '--config', join(folder, 'kaodian.toml'), '--http', `127.0.0.1:${port}`])
  program.start()
  const end = async () => {
    await program.end('SIGTERM')
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await until('the centre answers', () => answers(`${url}/healthz`))
    for (const [i, clip] of clips.entries()) await sendExam(url, i, clip)
    const queue = await openQueue(url)
    await until('the clips are examined', async () => (await queue()).every((clip) => clip.state !== 'received'), 120)
  } catch (thrown) {
    console.error(program.output)
    await end()
    throw thrown
  }
  return { url, folder, names, program, end }
}

function layOut(folder: string, data: string): void {
  const photo = shared('testdata/faces/person-a-1.jpg')
  mkdirSync(join(folder, 'photos'))
  if (photo) copyFileSync(photo, join(folder, 'photos', 'a.jpg'))
  mkdirSync(join(folder, 'syllabus'))
  writeFileSync(join(folder, 'syllabus', 'syllabus.csv'), '专业,级别,科目,类型,抽题,组\n钢琴,1-10,乐曲,piece,no,\n钢琴,1-10,视奏,sight_reading,yes,\n')
  writeFileSync(join(folder, 'syllabus', 'bank.csv'), 'subject,grades,item,title,file\n钢琴,1-10,视奏,视奏一,score.png\n')
  run('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'color=white:size=800x400', '-frames:v', '1', join(folder, 'syllabus', 'score.png')])
  const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10)
  const rows = names.map((name, i) => `REV000${i},${name},Xiaohuan,女,2015-05-06,护照,37010220150506000${i},历下区某路九号,13812345678,钢琴,三级,${day(-2)},${day(9)},乐曲：小步舞曲,${photo ? 'a.jpg' : ''}`)
  writeFileSync(join(folder, 'orders.csv'), ['准考证号,姓名,拼音,性别,出生日期,证件类型,证件号码,通讯地址,电话,专业,级别,上传开始,上传结束,曲目,照片', ...rows, ''].join('\n'))
  kaodian(['setup', '--data', data])
  kaodian(['import', 'syllabus', join(folder, 'syllabus'), '--data', data])
  kaodian(['import', 'orders', join(folder, 'orders.csv'), '--photos', join(folder, 'photos'), '--data', data])
  for (const name of accounts) kaodian(['user', 'add', name, '--role', name, '--data', data], `${password}\n`)
}

/** A good one, one that is dark and silent for a while, and one that browsers do not play. */
function makeClips(folder: string): string[] {
  const face = shared('testdata/faces/person-a-2.jpg')
  const picture = face ? ['-loop', '1', '-framerate', '30', '-i', face] : ['-f', 'lavfi', '-i', 'testsrc2=size=1280x720:rate=30']
  const fit = 'scale=1280:720:force_original_aspect_ratio=decrease:flags=fast_bilinear,pad=1280:720:(ow-iw)/2:(oh-ih)/2:gray,fps=30'
  const tone = ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000']
  const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '60', '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-movflags', '+faststart']
  const make = (name: string, filter: string, sound: string, codec: string[]) => {
    const file = join(folder, name)
    run('ffmpeg', ['-v', 'error', ...picture, ...tone, '-t', '30', '-vf', filter, '-af', sound, ...codec, file])
    return file
  }
  return [
    make('good.mp4', fit, 'anull', h264),
    make('dark.mp4', `${fit},eq=brightness=-0.9:enable='between(t,8,22)'`, "volume=0:enable='between(t,8,22)'", h264),
    make('old.avi', fit, 'anull', ['-c:v', 'mpeg4', '-q:v', '8', '-c:a', 'mp3']),
  ]
}

/** Calls the API as one person would, with the cookies that it gives. */
export function caller(url: string) {
  const cookies = new Map<string, string>()
  return async <T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> => {
    const raw = body instanceof Uint8Array
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { ...(body && !raw ? { 'Content-Type': 'application/json' } : {}), Cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '), ...headers },
      body: body ? (raw ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body)) : undefined,
    })
    for (const cookie of response.headers.getSetCookie()) {
      const [name = '', value = ''] = (cookie.split(';')[0] ?? '').split('=')
      cookies.set(name, value)
    }
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return (/^[[{]/.test(text) ? JSON.parse(text) : undefined) as T
  }
}

async function sendExam(url: string, i: number, clip: string): Promise<void> {
  const call = caller(url)
  await call('POST', '/login', { ticket: `REV000${i}`, id_number: `37010220150506000${i}` })
  const [order] = await call<{ id: string }[]>('GET', '/orders')
  await call('POST', `/orders/${order?.id}/consent`, { face: true, guardian: '王大明' })
  const rules = await call<{ rules_version: string }>('GET', `/orders/${order?.id}/rules`)
  const attempt = await call<{ id: string }>('POST', `/orders/${order?.id}/attempts`, { agreed: true, rules_version: rules.rules_version })
  await call('POST', `/attempts/${attempt.id}/acknowledge`)
  const bytes = new Uint8Array(readFileSync(clip))
  const encode = (text: string) => Buffer.from(text).toString('base64')
  await call('POST', '/uploads', bytes, {
    'Tus-Resumable': '1.0.0',
    'Upload-Length': `${bytes.length}`,
    'Upload-Metadata': `attempt ${encode(attempt.id)},item ${encode('1')},filename ${encode(basename(clip))}`,
    'Content-Type': 'application/offset+octet-stream',
  })
  await call('POST', `/attempts/${attempt.id}/submit`)
}

interface Row {
  id: string
  state: string
  worst: string
}

/** Logs in once, as one person would, and then looks as often as asked. */
async function openQueue(url: string): Promise<() => Promise<Row[]>> {
  const call = caller(url)
  await call('POST', '/staff/login', { name: 'administrator', password })
  return async () => (await call<{ clips: Row[] }>('GET', '/staff/review')).clips
}
