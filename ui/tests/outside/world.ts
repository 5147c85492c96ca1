// One centre and one province beside it, laid out as an operator would.
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startFTP, type FTPServer } from './ftp'
import { answers, freePort, kaodian, kaodianProvince, provinceProgram, run, serveCentre, shared, until, type Program } from './programs'

export const candidate = { ticket: 'OUT0001', idNumber: '370102201505060015', name: '王小明' }
export const staff = { name: 'teacher', password: 'a long password' }
/** Somebody who marks: orders wait for the marks where there is one. */
const examiner = { name: 'examiner', password: 'a long password' }
export const reviewer = { name: 'reviewer', password: 'another long password' }

export interface World {
  folder: string
  clips: { mp4: string; avi: string }
  centre: Program
  centreURL: string
  provinceURL: string
  ftp: FTPServer
  programs: Program[]
  end(): Promise<void>
}

const clipSeconds = 40
const uploadRate = 6 << 20 // of the FTP server, bytes a second

export async function makeWorld(): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'kaodian-outside-'))
  const data = join(folder, 'data')
  const ftp = await startFTP(folder, uploadRate)
  const [port, provincePort] = [await freePort(), await freePort()]
  layOut(folder, data, ftp.url)
  const centre = serveCentre(['--data', data, '--http', `127.0.0.1:${port}`])
  const store = ['--store', join(folder, 'province')]
  const programs = [
    centre,
    provinceProgram(['receive', ...store, '--root', ftp.root, '--watch']),
    provinceProgram(['serve', ...store, '--http', `127.0.0.1:${provincePort}`]),
  ]
  for (const program of programs) program.start()
  const world = {
    folder,
    clips: makeClips(folder),
    centre,
    centreURL: `http://127.0.0.1:${port}`,
    provinceURL: `http://127.0.0.1:${provincePort}`,
    ftp,
    programs: [...programs, ftp.server],
    end: async () => {
      for (const program of [...programs, ftp.server]) await program.end('SIGTERM')
      rmSync(folder, { recursive: true, force: true })
    },
  }
  try {
    await until('the centre answers', () => answers(`${world.centreURL}/healthz`))
    await until('the province answers', () => answers(world.provinceURL))
  } catch (thrown) {
    await world.end() // no test begins, so none ends it
    throw thrown
  }
  return world
}

/** What an operator does once: order list, photo, syllabus, accounts, enrolment. */
function layOut(folder: string, data: string, drop: string): void {
  const photo = shared('testdata/faces/person-a-1.jpg')
  mkdirSync(join(folder, 'photos'))
  if (photo) copyFileSync(photo, join(folder, 'photos', 'a.jpg'))
  writeFileSync(join(folder, 'orders.csv'), orderList(photo ? 'a.jpg' : ''))
  mkdirSync(join(folder, 'syllabus'))
  writeFileSync(join(folder, 'syllabus', 'syllabus.csv'), '专业,级别,科目,类型,抽题,组\n电子琴,1-10,乐曲,piece,no,\n电子琴,1-10,视奏,sight_reading,yes,\n')
  writeFileSync(join(folder, 'syllabus', 'bank.csv'), 'subject,grades,item,title,file\n电子琴,1-10,视奏,视奏一,score.png\n')
  run('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'color=white:size=800x400', '-frames:v', '1', join(folder, 'syllabus', 'score.png')])
  kaodian(['setup', '--data', data])
  kaodian(['import', 'syllabus', join(folder, 'syllabus'), '--data', data])
  kaodian(['import', 'orders', join(folder, 'orders.csv'), '--photos', join(folder, 'photos'), '--data', data])
  kaodian(['user', 'add', staff.name, '--role', 'invigilator', '--data', data], `${staff.password}\n`)
  kaodian(['user', 'add', examiner.name, '--role', 'examiner', '--data', data], `${examiner.password}\n`)
  const store = join(folder, 'province')
  kaodianProvince(['init', '--store', store])
  kaodianProvince(['enrol', 'outside', '--store', store, '--drop', drop, '--out', join(folder, 'enrolment.json')])
  kaodianProvince(['user', 'add', reviewer.name, '--role', 'reviewer', '--store', store], `${reviewer.password}\n`)
  kaodian(['enrol', join(folder, 'enrolment.json'), '--data', data])
}

function orderList(photo: string): string {
  const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10)
  return [
    '准考证号,姓名,拼音,性别,出生日期,证件类型,证件号码,通讯地址,电话,专业,级别,上传开始,上传结束,曲目,照片',
    `${candidate.ticket},${candidate.name},Wang Xiaoming,男,2015-05-06,居民身份证,${candidate.idNumber},济南,13800000000,电子琴,三级,${day(-2)},${day(9)},乐曲：茉莉花,${photo}`,
    '',
  ].join('\n')
}

/** Real video with sound: a face where there is one, and much noise, so that the files are large. */
function makeClips(folder: string): World['clips'] {
  const face = shared('testdata/faces/person-a-2.jpg')
  const picture = face ? ['-loop', '1', '-i', face] : ['-f', 'lavfi', '-i', 'testsrc2=size=1280x720:rate=30']
  const clips = { mp4: join(folder, 'clip.mp4'), avi: join(folder, 'clip.avi') }
  const filter = 'scale=1280:720:force_original_aspect_ratio=decrease:flags=fast_bilinear,pad=1280:720:(ow-iw)/2:(oh-ih)/2:gray,fps=30'
  const common = [...picture, '-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000', '-map', '0:v', '-map', '1:a']
  const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-b:v', '6M', '-minrate', '6M', '-maxrate', '6M', '-bufsize', '6M', '-nal-hrd', 'cbr']
  run('ffmpeg', ['-v', 'error', ...common, '-t', String(clipSeconds), '-vf', filter, ...h264, '-pix_fmt', 'yuv420p', '-c:a', 'aac', clips.mp4])
  run('ffmpeg', ['-v', 'error', ...common, '-t', '12', '-vf', filter, '-c:v', 'mpeg4', '-q:v', '8', '-c:a', 'mp3', clips.avi])
  return clips
}
