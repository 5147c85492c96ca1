// R23, R24, R28: the recorder without a camera.
import 'fake-indexeddb/auto'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { hasArrived } from '../../src/candidate/attempt/useKept'
import { problemOfCamera, seenFrom } from '../../src/candidate/recorder/camera'
import { chooseType, fileName, RATE } from '../../src/candidate/recorder/format'
import { lightOf } from '../../src/candidate/recorder/light'
import { isSoon, restOf } from '../../src/candidate/recorder/limits'
import { isAlarm, Recording, type End } from '../../src/candidate/recorder/recording'
import { append, begin, drop, fileOf, keptOf, pieceOf, Superseded } from '../../src/candidate/recorder/store'
import type { Attempt } from '../../src/shared/api/types'

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
    expect(restOf(0, 1e9, 120_000)).toEqual({ seconds: 100, limit: 'time' })
    expect(restOf(0, 1e9, 20_000).seconds).toBe(0)
    expect(restOf(100 * RATE, 118 * RATE, 600_000)).toEqual({ seconds: 10, limit: 'size' })
    expect(restOf(118 * RATE, 118 * RATE, 600_000).seconds).toBe(0)
    expect([isSoon(restOf(0, 1e9, 81_000)), isSoon(restOf(0, 1e9, 80_900))]).toEqual([false, true])
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
