// A centre in the middle of its day: something of everything that the desk's
// pages show, sent by the real calls.
import { join } from 'node:path'
import { kaodian, until } from '../outside/programs'
import { startCentre, type Centre } from '../phone/centre'
import { caller } from './centre'
import { sit } from './sit'

export interface FullCentre extends Centre {
  boss: Account
  /** Another administrator, for what takes two people. */
  second: Account
  examiner: Account
}

export interface Account {
  name: string
  password: string
}

const account = (centre: Centre, name: string, role: string): Account => {
  const { password } = centre.staff
  kaodian(['user', 'add', name, '--role', role, '--data', join(centre.folder, 'data')], `${password}\n`)
  return { name, password }
}

export async function startFullCentre(): Promise<FullCentre> {
  const centre = await startCentre()
  try {
    const full = { ...centre, boss: account(centre, 'boss', 'administrator'), second: account(centre, 'second', 'administrator'), examiner: account(centre, 'examiner', 'examiner') }
    await fill(full)
    return full
  } catch (thrown) {
    console.error(centre.program.output.slice(-4000))
    await centre.end()
    throw thrown
  }
}

async function fill(centre: FullCentre): Promise<void> {
  const desk = caller(centre.url)
  await desk('POST', '/staff/login', centre.boss)
  await rehearse(desk)
  for (const n of [0, 6]) await sit(centre, centre.candidate('drawn', n), { submits: true, clip: centre.clips.mp4 })
  await sit(centre, centre.candidate('drawn', 1), { clip: centre.clips.mp4 })
  await sit(centre, centre.candidate('drawn', 2), { calls: 'not_sending', clip: centre.clips.mp4 })
  await openHalls(desk)
  await desk('POST', '/staff/poster', { wifi_name: 'Kaodian', wifi_password: 'kaoshi2026', address: 'http://192.168.1.10' })
  const { orders } = await desk<{ orders: { id: string }[] }>('GET', `/staff/check-ins?who=${centre.candidate('drawn', 3).ticket}`)
  await desk('POST', `/staff/orders/${orders[0]?.id}/check-in`, { id: 'the-check-in-of-the-third' })
  await until('the videos are examined', async () => (await desk<{ clips: { state: string }[] }>('GET', '/staff/review?sealed=all')).clips.every(({ state }) => state !== 'received'), 240)
}

type Call = ReturnType<typeof caller>

/** One that nobody sends in, and that is over. */
async function rehearse(desk: Call): Promise<void> {
  await desk('POST', '/staff/rehearsal', { seconds: 30, expected: 12, clips: 1, clip_bytes: 20_000_000 })
  const { now } = await desk<{ now: { id: string } }>('GET', '/staff/rehearsal')
  await desk('POST', `/staff/rehearsal/${now.id}/stop`)
}

/** Two rooms with twelve each, of whom one is called. */
async function openHalls(desk: Call): Promise<void> {
  for (const name of ['琴房', '']) await desk('POST', '/staff/halls', { name })
  const without = await desk<{ orders: { order_id: string }[] }>('GET', '/staff/turns/without')
  const ids = without.orders.slice(0, 24).map(({ order_id }) => order_id)
  for (const hall of [1, 2]) {
    const change = { orders: ids.slice((hall - 1) * 12, hall * 12), hall }
    const { fingerprint } = await desk<{ fingerprint: string }>('POST', '/staff/turns/preview', change)
    await desk('POST', '/staff/turns/save', { ...change, fingerprint })
  }
  await desk('POST', `/staff/turns/${ids[0]}/call`, { known: 0 })
}
