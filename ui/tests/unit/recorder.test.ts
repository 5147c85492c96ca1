// R23, R24, R28: the recorder without a camera.
import 'fake-indexeddb/auto'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { hasArrived } from '../../src/candidate/attempt/useKept'
import { keepFacing, keptFacing, problemOfCamera, seenFrom } from '../../src/candidate/recorder/camera'
import { CountIn } from '../../src/candidate/recorder/countIn'
import { chooseType, fileName, RATE } from '../../src/candidate/recorder/format'
import { lightOf } from '../../src/candidate/recorder/light'
import { isSoon, remaining } from '../../src/candidate/recorder/limits'
import { canRepeat, outcomeOf, type Taken } from '../../src/candidate/recorder/outcome'
import { isAlarm, Recording, type End } from '../../src/candidate/recorder/recording'
import { append, begin, drop, fileOf, keptOf, pieceOf, Superseded } from '../../src/candidate/recorder/store'
import BrokenTake from '../../src/candidate/parts/record/BrokenTake.vue'
import type { Attempt, AttemptItem } from '../../src/shared/api/types'
import type { Job } from '../../src/candidate/uploads/queue'
import { show } from './show'

const chunk = (text: string) => new Blob([text])

describe('R24: what is recorded is on the phone', () => {
  it('every second is written in order, and makes the same file again', async () => {
    const kept = await begin('a1', 'i1', 'one.webm', 'video/webm')
    for (const text of ['one ', 'two ', 'three']) await append(kept, chunk(text))
    const [found] = await keptOf('a1')
    expect(found).toMatchObject({ bytes: 13, ends: [4, 8, 13], name: 'one.webm' })
    const file = await fileOf(found!)
    expect(await file.text()).toBe('one two three')
    expect([file.name, file.type]).toEqual(['one.webm', 'video/webm'])
    expect(await keptOf('another attempt')).toEqual([])
  })

  it('any piece of it can be read, across the seconds', async () => {
    const kept = await begin('a0', 'i1', 'one.webm', 'video/webm')
    for (const text of ['one ', 'two ', 'three']) await append(kept, chunk(text))
    const read = async (start: number, end: number) => (await pieceOf(kept, start, end)).text()
    expect(await Promise.all([read(0, 13), read(2, 6), read(4, 8), read(8, 8), read(12, 13)])).toEqual(['one two three', 'e tw', 'two ', '', 'e'])
  })

  it('a new take leaves nothing of the former, and the former’s arrival does not drop it', async () => {
    const former = await begin('a2', 'i1', 'former.webm', 'video/webm')
    for (const text of ['a', 'b', 'c']) await append(former, chunk(text))
    const later = await begin('a2', 'i1', 'later.webm', 'video/webm')
    await append(later, chunk('x'))
    await drop(former)
    const [found] = await keptOf('a2')
    expect(await (await fileOf(found!)).text()).toBe('x')
    await drop(later)
    expect(await keptOf('a2')).toEqual([])
  })

  it('a second window that begins the item ends the first one’s recording, and mixes nothing', async () => {
    const first = await begin('a5', 'i1', 'first.webm', 'video/webm')
    await append(first, chunk('one '))
    const second = await begin('a5', 'i1', 'second.webm', 'video/webm')
    await expect(append(first, chunk('two '))).rejects.toBeInstanceOf(Superseded)
    await append(second, chunk('new'))
    await expect(append(first, chunk('three'))).rejects.toBeInstanceOf(Superseded)
    const [found] = await keptOf('a5')
    expect(await (await fileOf(found!)).text()).toBe('new')
    await drop(second)
  })

  it('R23: a copy that is being read is whole, though the recording is dropped meanwhile', async () => {
    const kept = await begin('a6', 'i1', 'one.webm', 'video/webm')
    for (let i = 0; i < 50; i++) await append(kept, chunk('second '))
    const copy = fileOf(kept)
    await Promise.resolve()
    await drop(kept)
    expect((await copy).size).toBe(350)
  })

  it('a beginning without a second is not offered, and nothing stays longer than a day', async () => {
    await begin('a3', 'i1', 'empty.webm', 'video/webm')
    const kept = await begin('a3', 'i2', 'old.webm', 'video/webm')
    await append(kept, chunk('x'))
    expect((await keptOf('a3')).map(({ item }) => item)).toEqual(['i2'])
    expect(await keptOf('a3', Date.now() + 90_000_000)).toEqual([])
    await expect(fileOf(kept)).rejects.toThrow()
  })

  it('it has arrived only when the server shows this very clip', async () => {
    const kept = { attempt: 'a', item: 'i', name: 'one.mp4', type: '', begun: 0, ends: [7], bytes: 7 }
    const attempt = (name: string, size: number) => ({ items: [{ id: 'other' }, { id: 'i', clip: { name, size } }] }) as unknown as Attempt
    expect(hasArrived(kept, attempt('one.mp4', 7))).toBe(true)
    expect(hasArrived(kept, attempt('album.mp4', 7))).toBe(false)
    expect(hasArrived(kept, attempt('one.mp4', 6))).toBe(false)
  })
})

describe('R23: format and limits', () => {
  it('records MP4 where it can, then VP9, VP8, H.264 in WebM, and leaves the rest to the browser', () => {
    expect(chooseType(() => true)).toMatch(/^video\/mp4;codecs=avc1.*mp4a/)
    expect(chooseType((type) => type.startsWith('video/webm'))).toBe('video/webm;codecs=vp9,opus')
    expect(chooseType((type) => /vp8|h264/.test(type))).toBe('video/webm;codecs=vp8,opus')
    expect(chooseType(() => false)).toBe('')
    expect(fileName('video/webm', new Date(2026, 6, 5, 9, 8, 7))).toBe('kaodian-20260705-090807.webm')
  })

  it('ends 20 s before the deadline and before the largest clip, and says so a minute before', () => {
    expect(remaining(0, 1e9, 120_000)).toEqual({ seconds: 100, limit: 'time' })
    expect(remaining(0, 1e9, 20_000).seconds).toBe(0)
    expect(remaining(100 * RATE, 118 * RATE, 600_000)).toEqual({ seconds: 10, limit: 'size' })
    expect(remaining(118 * RATE, 118 * RATE, 600_000).seconds).toBe(0)
    expect([isSoon(remaining(0, 1e9, 81_000)), isSoon(remaining(0, 1e9, 80_900))]).toEqual([false, true])
  })

  it('R32: keyboards from the side, all others from the front; light and camera have their words', () => {
    expect(['钢琴', '电子琴', '小提琴'].map(seenFrom)).toEqual(['side', 'side', 'front'])
    const grey = (value: number) => lightOf(new Uint8ClampedArray(400).fill(value))
    expect([10, 120, 250].map(grey)).toEqual(['dark', 'good', 'glaring'])
    expect(['NotAllowedError', 'NotFoundError', 'NotReadableError'].map((name) => problemOfCamera({ name }))).toEqual(['refused', 'none', 'busy'])
  })
})

/** A recorder whose seconds the test gives. */
class Tape extends EventTarget {
  state = 'inactive'
  readonly track = new EventTarget()
  readonly stream = { getTracks: () => [this.track] }
  start = () => void (this.state = 'recording')
  give = (text: string) => this.dispatchEvent(Object.assign(new Event('dataavailable'), { data: chunk(text) }))
  stop = () => {
    this.state = 'inactive'
    this.give('last')
    this.dispatchEvent(new Event('stop'))
  }
}

function tape(write: (chunk: Blob) => Promise<void> = () => Promise.resolve()) {
  const recorder = new Tape()
  const ends: End[] = []
  const recording = new Recording(recorder as unknown as MediaRecorder, write, (end) => ends.push(end))
  recording.start()
  return { recorder, recording, ends, ended: () => vi.waitFor(() => expect(ends).toHaveLength(1)) }
}

describe('R28: a stop is noticed, and what was recorded stays', () => {
  afterEach(() => vi.restoreAllMocks())

  it('on purpose is no alarm, and ends when the last second is written', async () => {
    const written: string[] = []
    const { recorder, recording, ends, ended } = tape(async (data) => void written.push(await data.text()))
    recorder.give('first')
    recording.stop('asked')
    recording.stop('camera')
    await ended()
    expect([ends, written]).toEqual([['asked'], ['first', 'last']])
    expect(['asked', 'size', 'time'].some((end) => isAlarm(end as End))).toBe(false)
  })

  it.each<[End, (recorder: Tape) => void]>([
    ['camera', ({ track }) => track.dispatchEvent(new Event('ended'))],
    ['camera', ({ track }) => track.dispatchEvent(new Event('mute'))],
    ['recorder', (recorder) => recorder.dispatchEvent(new Event('error'))],
    ['recorder', (recorder) => recorder.stop()],
    ['hidden', () => window.dispatchEvent(new Event('pagehide'))],
    ['hidden', () => {
      vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden')
      document.dispatchEvent(new Event('visibilitychange'))
    }],
  ])('%s', async (why, happen) => {
    const { recorder, ends, ended } = tape()
    happen(recorder)
    await ended()
    expect(ends).toEqual([why])
    expect(isAlarm(why)).toBe(true)
  })

  it('a full phone ends it, and nothing is written behind the gap', async () => {
    let writes = 0
    const { recorder, ends, ended } = tape(() => (++writes === 2 ? Promise.reject(new Error('full')) : Promise.resolve()))
    for (const text of ['1', '2', '3']) recorder.give(text)
    await ended()
    expect([ends, writes]).toEqual([['storage'], 2])
  })
})

describe('R23: before a take', () => {
  afterEach(() => vi.useRealTimers())

  it('3, 2, 1, a second each; cancelled it never begins', async () => {
    vi.useFakeTimers()
    const count = new CountIn()
    const heard: number[] = []
    const counted = count.run((left) => heard.push(left))
    await vi.advanceTimersByTimeAsync(2999)
    expect(heard).toEqual([3, 2, 1])
    await vi.advanceTimersByTimeAsync(1)
    expect(await counted).toBe(true)
    const second = count.run((left) => heard.push(left))
    await vi.advanceTimersByTimeAsync(1500)
    count.cancel()
    await vi.advanceTimersByTimeAsync(9000)
    expect([await second, heard]).toEqual([false, [3, 2, 1, 3, 2]])
  })

  it('the front camera is offered first, and the choice is kept', () => {
    localStorage.removeItem('kaodian-camera')
    expect(keptFacing()).toBe('user')
    keepFacing('environment')
    expect(keptFacing()).toBe('environment')
    localStorage.removeItem('kaodian-camera')
  })
})

describe('R28: what became of a take that broke off', () => {
  const taken = (more: Partial<Taken> = {}): Taken => ({ end: 'hidden', name: 'one.mp4', bytes: 4_000_000, seconds: 12, asks: false, ...more })
  const item = (more: object = {}) => ({ id: 'i', name: '乐曲', ...more }) as unknown as AttemptItem
  const job = (state: string, sent = 0) => ({ state, sent }) as unknown as Job
  const other = { clip: { name: 'album.mp4', size: 9 } }

  it.each<[string, Taken, AttemptItem, Job | undefined, object]>([
    ['nothing was there in its first second', taken({ bytes: 0, end: 'camera' }), item(), undefined, { became: 'nothing', safe: 0, stands: false }],
    ['nothing, and an earlier clip stands', taken({ bytes: 0, asks: true }), item(other), undefined, { became: 'nothing', safe: 0, stands: true }],
    ['it is on its way', taken(), item(), job('sending', 1_000_000), { became: 'sending', safe: 1_000_000, stands: false }],
    ['the line is gone', taken(), item({ receiving: { offset: 3_000_000 } }), job('waiting', 1_000_000), { became: 'waiting', safe: 3_000_000, stands: false }],
    ['the server refused it', taken(), item(), job('failed'), { became: 'failed', safe: 0, stands: false }],
    ['it is the clip', taken(), item({ clip: { name: 'one.mp4', size: 4_000_000 } }), undefined, { became: 'received', safe: 4_000_000, stands: false }],
    ['it would replace a clip', taken({ asks: true }), item(other), undefined, { became: 'asks', safe: 0, stands: true }],
    ['another window began anew', taken({ end: 'superseded' }), item(), job('failed'), { became: 'replaced', safe: 0, stands: false }],
    ['another device went on', taken({ end: 'moved' }), item({ receiving: { offset: 2_000_000 } }), undefined, { became: 'moved', safe: 2_000_000, stands: false }],
    ['nobody sends it', taken(), item(), undefined, { became: 'kept', safe: 0, stands: false }],
  ])('%s', (_why, broke, of, job, outcome) => {
    expect(outcomeOf(broke, of, job)).toEqual(outcome)
  })

  it('the best next step: again while there is time, what is there otherwise, and never what is gone', () => {
    expect([canRepeat(taken(), 102_000), canRepeat(taken(), 101_000)]).toEqual([true, false])
    const buttons = (became: string, repeat: boolean, offered = false) => {
      const page = show(BrokenTake, { taken: taken(), outcome: { became, safe: 0, stands: false }, repeat, offered })
      const [strong] = page.findAll('button:not(.van-button--plain)')
      return [page.findAll('button').length, strong?.text()]
    }
    expect(buttons('sending', true)).toEqual([2, '重新录'])
    expect(buttons('sending', false)).toEqual([2, '就用这一段'])
    expect(buttons('nothing', false)).toEqual([1, '重新录'])
    expect(buttons('asks', true, true), 'the notice beside it offers it').toEqual([1, '重新录'])
    expect(buttons('moved', false)).toEqual([0, undefined])
  })
})
