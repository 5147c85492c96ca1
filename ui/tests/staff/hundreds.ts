// A day of 300 orders in three rooms, on top of a full centre: the list comes
// in by the desk's own page, and the day is as far as an afternoon is. Every
// number is worked out from a place in the list, so each run is the same day.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { kaodian, run, until } from '../outside/programs'
import type { Centre } from '../phone/centre'
import { openPhone } from '../phone/phones'
import { caller } from './centre'
import type { Account, FullCentre } from './full'
import { sit } from './sit'

const OF_THE_DAY = 300
/** As many of them may begin today. */
export const OPEN_OF_THE_DAY = 260
/** As many of them have begun and ended, have begun, and are in the house. */
const SENT = 72
/** So many more begin, and a power cut ends them. */
const CUT = 28
/** One of so many sends a video: to examine one takes a second. Of the others the time runs out. */
const VIDEOS = 6
const RUNNING = 136
const HERE = 190

const subjects = ['钢琴', '小提琴', '古筝', '二胡', '声乐（美声）', '萨克斯管', '打击乐（架子鼓）', '电子琴']
const pieces = ['小步舞曲', '《土耳其进行曲》', '《渔舟唱晚》', '《降E大调小奏鸣曲》第三乐章 回旋曲 优雅的快板（选自作品168之2）', '《查尔达什舞曲》', '《我爱你，中国》']
const families = ['王', '李', '张', '刘', '陈', '杨', '赵', '黄', '周', '吴', '欧阳', '司马', '诸葛']
const given = ['子涵', '梓萱', '宇轩', '静', '浩然', '思远', '雨桐', '晓明', '一诺', '佳怡', '博文']
const long = ['古丽米热·阿不都热依木江', '买买提艾力·图尔荪']

const pick = <T>(from: readonly T[], n: number) => from[n % from.length] as T
const sends = (n: number) => n % VIDEOS === 0
const submits = (n: number) => sends(n) && n < SENT - 12
/** The grade with twenty seconds is for those whose time is over. */
const grade = (n: number) => (n < SENT && !submits(n) ? 9 : 1 + (n % 4))
export const person = (n: number) => ({
  ticket: `DAY${5000 + n}`,
  idNumber: `G${60_000_000 + n}`,
  name: n % 10 === 9 ? pick(long, (n - 9) / 10) : pick(families, n) + pick(given, n * 7 + Math.floor(n / 11)),
})

function list(): string {
  const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10)
  /** Most came open in three waves; of the last some are tomorrow's, and some nobody came for. */
  const window = (n: number) => (n < OPEN_OF_THE_DAY ? [day(-1 - (n % 3)), day(3)] : n < 285 ? [day(2), day(5)] : [day(-9), day(-4)])
  const rows = Array.from({ length: OF_THE_DAY }, (_, n) => {
    const { ticket, idNumber, name } = person(n)
    return [ticket, name, 'Kaosheng', n % 2 ? '男' : '女', `20${10 + (n % 8)}-0${1 + (n % 9)}-1${n % 9}`, '护照', idNumber, `历下区${pick(['泉城路', '文化西路', '经十路'], n)}${n}号`, `138${10_000_000 + n}`, pick(subjects, n), grade(n), ...window(n), `乐曲：${pick(pieces, n)}`, ''].join(',')
  })
  return ['准考证号,姓名,拼音,性别,出生日期,证件类型,证件号码,通讯地址,电话,专业,级别,上传开始,上传结束,曲目,照片', ...rows, ''].join('\n')
}

export async function fillHundreds(centre: FullCentre, browser: Browser): Promise<void> {
  await takeInHundreds(centre, browser, centre.boss)
  const desk = caller(centre.url)
  await desk('POST', '/staff/login', centre.boss)
  const orders = await ordersOf(desk)
  await callThem(desk)
  await checkIn(desk, orders)
  await sitThem(centre, desk)
  await actAtDesk(desk)
  await until('every video is examined', async () => (await desk<{ clips: { state: string }[] }>('GET', '/staff/review?sealed=all')).clips.every(({ state }) => state !== 'received'), 240)
}

type Call = ReturnType<typeof caller>

function takeInSyllabus(centre: Centre): void {
  const folder = join(centre.folder, 'syllabus')
  const rows = subjects.map((subject) => `${subject},1-10,乐曲,piece,no,`)
  writeFileSync(join(folder, 'syllabus.csv'), ['专业,级别,科目,类型,抽题,组', ...rows, '钢琴,3,视奏,sight_reading,yes,', ''].join('\n'))
  kaodian(['import', 'syllabus', folder, '--data', join(centre.folder, 'data')])
}

/** The list, by the desk's own page. */
export async function takeInHundreds(centre: Centre, browser: Browser, who: Account): Promise<void> {
  takeInSyllabus(centre)
  const { page, context } = await openPhone(browser, centre.url, 'desktop', 'zh-CN')
  await page.goto(`${centre.url}/staff/`)
  await page.locator('input[name=name]').fill(who.name)
  await page.locator('input[name=password]').fill(who.password)
  await page.keyboard.press('Enter')
  await page.locator('.desk-places').waitFor()
  await page.goto(`${centre.url}/staff/#orders/import`)
  await page.locator('.intake-drop input[type=file]').setInputFiles({ name: '名单.csv', mimeType: 'text/csv', buffer: Buffer.from(list()) })
  await page.locator('.intake-acts .el-button--primary').click()
  await page.locator('.desk-good', { hasText: `${OF_THE_DAY}` }).waitFor()
  await context.close()
}

async function ordersOf(desk: Call): Promise<Map<string, string>> {
  const all = new Map<string, string>()
  for (let after = ''; ; ) {
    const page = await desk<{ orders: { id: string; ticket: string }[]; next?: string }>('GET', `/staff/orders?who=DAY5&after=${encodeURIComponent(after)}`)
    for (const { id, ticket } of page.orders) all.set(ticket, id)
    if (!page.next) return all
    after = page.next
  }
}

/** Everybody who may begin today is shared over three rooms; of each some are done with, and one is called. */
async function callThem(desk: Call): Promise<void> {
  await desk('POST', '/staff/halls', { name: '舞蹈教室' })
  const change = { share: true }
  const { fingerprint } = await desk<{ fingerprint: string }>('POST', '/staff/turns/preview', change)
  await desk('POST', '/staff/turns/save', { ...change, fingerprint })
  const { turns } = await desk<{ turns: { order_id: string; hall: number; state: string; candidate: { ticket: string } }[] }>('GET', '/staff/turns')
  for (const hall of [1, 2, 3]) {
    const own = turns.filter((turn) => turn.hall === hall && turn.state === 'waiting' && turn.candidate.ticket.startsWith('DAY'))
    for (const { order_id } of own.slice(0, 12)) await desk('POST', `/staff/turns/${order_id}/came`, { known: 0 })
    if (own[12]) await desk('POST', `/staff/turns/${own[12].order_id}/call`, { known: 0 })
  }
}

async function checkIn(desk: Call, orders: Map<string, string>): Promise<void> {
  for (let n = 0; n < HERE; n++) await desk('POST', `/staff/orders/${orders.get(person(n).ticket)}/check-in`, { id: `check-in-of-${n}-of-the-day` })
}

const reasons = ['not_sending', 'no_sound', 'unwell'] as const

/** Their exams, a few at a time as phones are. */
async function sitThem(centre: FullCentre, desk: Call): Promise<void> {
  const clips = makeClips(centre.folder)
  let next = 0
  const phone = async () => {
    for (let n = next++; n < RUNNING; n = next++) {
      const id = await sit(centre, person(n), { submits: submits(n), calls: n >= RUNNING - 9 ? pick(reasons, n) : undefined, clip: sends(n) ? pick(clips, n / VIDEOS) : undefined })
      if (n >= SENT && n < SENT + CUT) await desk('POST', `/staff/attempts/${id}/void`, { reason: '二考场停电', seen: 'running' })
    }
  }
  await Promise.all([phone(), phone(), phone(), phone()])
}

/** Short clips, each with another picture and sound; some of them dark, or silent. */
function makeClips(folder: string): string[] {
  return Array.from({ length: 6 }, (_, n) => {
    const file = join(folder, `day-${n}.mp4`)
    const picture = `${pick(['testsrc2', 'mandelbrot', 'smptebars'], n)}=size=320x240:rate=10${n === 4 ? ',eq=brightness=-0.9' : ''}`
    run('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', `sine=frequency=${220 * (n + 1)}:sample_rate=48000`, '-t', `${3 + n}`, ...(n === 5 ? ['-af', 'volume=0'] : []), '-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-movflags', '+faststart', file])
    return file
  })
}

/** What else went wrong in the day: irregularities, and time given. */
async function actAtDesk(desk: Call): Promise<void> {
  const running = (await desk<{ id: string; state: string; candidate: { ticket: string } }[]>('GET', '/staff/attempts')).filter(({ state, candidate }) => state === 'running' && candidate.ticket.startsWith('DAY'))
  for (const [n, { id }] of running.slice(4, 16).entries()) await desk('POST', `/staff/attempts/${id}/irregularities`, { id: `irregularity-of-${n}-of-the-day`, category: pick(['power_cut', 'noise', 'instrument', 'late'], n), remark: '隔壁装修，钻孔声持续约三分钟' })
  for (const [n, { id }] of running.slice(16, 20).entries()) await desk('POST', `/staff/attempts/${id}/extra-time`, { grant: `extra-time-of-${n}-of-the-day`, minutes: 5, reason: '设备故障' })
}
