import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { checkFile } from '../../src/candidate/uploads/check'
import { fingerprintOf } from '../../src/candidate/uploads/fingerprint'
import { UploadQueue, type Arrived, type SendEvents, type Sending } from '../../src/candidate/uploads/queue'
import { Speed } from '../../src/candidate/uploads/speed'
import { ApiError } from '../../src/shared/api/http'

const video = (name = 'a.mp4', bytes = 1000) => new File([new Uint8Array(bytes)], name, { type: 'video/mp4' })

/** Stands for tus: remembers what the queue asked of it, and is told what happens. */
class FakeSending implements Sending {
  readonly asked: string[] = []
  asking = false
  handed = 1000
  readonly item: string
  readonly events: SendEvents
  constructor(item: string, events: SendEvents) {
    this.item = item
    this.events = events
  }
  start(): void {
    this.asked.push('start')
    this.asking = true
  }
  slowed(bytes: number, time: number): void {
    this.asked.push(`slowed ${Math.round(bytes / time)}`)
  }
  async stop(): Promise<void> {
    this.asked.push('stop')
    this.asking = false
  }
  async discard(): Promise<void> {
    this.asked.push('discard')
  }
}

function makeQueue(arrived?: Arrived) {
  const sendings: FakeSending[] = []
  let changes = 0
  const queue = new UploadQueue(
    (item, _file, events) => {
      const sending = new FakeSending(item, events)
      sendings.push(sending)
      return sending
    },
    () => changes++,
    () => Date.now(),
    arrived,
  )
  return { queue, sendings, changes: () => changes, states: () => queue.jobs.map((job) => `${job.item} ${job.state}`) }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('the upload queue', () => {
  it('R24: sends one file after another', async () => {
    const { queue, sendings, states } = makeQueue()
    await queue.add('1', video())
    await queue.add('2', video())
    expect(states()).toEqual(['1 sending', '2 queued'])
    sendings[0]?.events.done()
    expect(states()).toEqual(['1 done', '2 sending'])
    queue.clearDone()
    expect(states()).toEqual(['2 sending'])
  })

  it('R24: pausing lets the next one go, and resuming queues behind it', async () => {
    const { queue, sendings, states } = makeQueue()
    await queue.add('1', video())
    await queue.add('2', video())
    await queue.pause('1')
    expect(states()).toEqual(['1 paused', '2 sending'])
    expect(sendings[0]?.asked).toEqual(['start', 'stop'])
    queue.resume('1')
    expect(states()).toEqual(['1 queued', '2 sending'])
    sendings[1]?.events.done()
    expect(states()).toEqual(['1 sending', '2 done'])
  })

  it('R23: what is being recorded goes before all others, which go on after it', async () => {
    const { queue, sendings, states } = makeQueue()
    await queue.add('1', video())
    await queue.add('2', video())
    await queue.add('3', { name: 'r.webm', type: '', size: 0, growing: true, slice: () => Promise.reject(new Error()), interrupt: () => undefined })
    expect(states()).toEqual(['3 sending', '1 queued', '2 queued'])
    expect(sendings[0]?.asked, 'stopped, not forgotten').toEqual(['start', 'stop'])
    sendings[1]?.events.progress(5)
    expect(queue.find('3')).toMatchObject({ sent: 5, secondsLeft: null })
    sendings[1]?.events.done()
    expect(states()).toEqual(['3 done', '1 sending', '2 queued'])
  })

  it('R28: a take that broke off can leave the queue; the server keeps what it has', async () => {
    const { queue, sendings, states } = makeQueue()
    await queue.add('1', video())
    await queue.add('2', video())
    await queue.leave('1')
    expect(sendings[0]?.asked).toEqual(['start', 'stop'])
    expect(states()).toEqual(['2 sending'])
  })

  it('R24: waits out a lost network, however long, and goes on at once when it is back', async () => {
    const { queue, sendings, states } = makeQueue()
    await queue.add('1', video())
    for (let i = 0; i < 20; i++) {
      sendings[0]?.events.failed(new ApiError('offline'))
      expect(states()).toEqual(['1 waiting'])
      await vi.advanceTimersByTimeAsync([1000, 2000, 4000, 8000][i] ?? 10_000)
    }
    const starts = sendings[0]?.asked.filter((act) => act === 'start').length ?? 0
    expect(starts).toBe(21)
    sendings[0]?.events.failed(new ApiError('offline'))
    queue.retryNow()
    await vi.advanceTimersByTimeAsync(0)
    expect(sendings[0]?.asked.filter((act) => act === 'start').length).toBe(22)
    sendings[0]?.events.progress(500)
    expect(states()).toEqual(['1 sending'])
  })

  it('R24: starts anew over a socket that has gone silent', async () => {
    const { queue, sendings } = makeQueue()
    await queue.add('1', video())
    sendings[0]?.events.progress(10)
    await vi.advanceTimersByTimeAsync(7900)
    expect(sendings[0]?.asked).toEqual(['start'])
    await vi.advanceTimersByTimeAsync(200)
    expect(sendings[0]?.asked).toEqual(['start', 'stop', 'start'])
    expect(queue.find('1')).toMatchObject({ state: 'waiting', problem: { code: 'stalled' }, sent: 10 })
    sendings[0]?.events.progress(10) // the centre was reached, no more
    expect(queue.find('1')?.state).toBe('waiting')
    sendings[0]?.events.progress(20)
    expect(queue.find('1')).toMatchObject({ state: 'sending', problem: null })
  })

  it('R24: a socket that hangs although the centre answers is left as soon', async () => {
    const { queue, sendings } = makeQueue(() => Promise.resolve(500)) // it came before, and no more does
    await queue.add('1', video())
    await vi.advanceTimersByTimeAsync(8100)
    expect(sendings[0]?.asked).toEqual(['start', 'stop', 'start'])
  })

  it('R24: a centre that answers no question keeps nobody from trying again', async () => {
    const { queue, sendings } = makeQueue(() => new Promise(() => undefined))
    await queue.add('1', video())
    await vi.advanceTimersByTimeAsync(8100)
    expect(sendings[0]?.asked).toEqual(['start', 'stop', 'start'])
  })

  it('R24: leaves a slow upload alone as long as bytes arrive, acknowledged or not', async () => {
    let has = 0
    const { queue, sendings, states } = makeQueue(() => Promise.resolve(++has))
    await queue.add('1', video())
    await vi.advanceTimersByTimeAsync(60_000)
    expect(sendings[0]?.asked).toEqual(['start'])
    expect(states()).toEqual(['1 sending'])
    expect(queue.find('1')?.sent, 'only what is acknowledged').toBe(0)
  })

  it('R24: a large part on a line that became slow is ended where it is, and the next ones are smaller', async () => {
    const since = Date.now()
    const { queue, sendings, states } = makeQueue(() => Promise.resolve((Date.now() - since) * 100)) // 100 kB a second
    await queue.add('1', video('a.mp4', 9_000_000))
    sendings[0]!.handed = 8 << 20
    await vi.advanceTimersByTimeAsync(9000)
    expect(sendings[0]?.asked).toEqual(['start', 'slowed 100', 'stop', 'start'])
    expect(states(), 'it comes: nothing is said of a stall').toEqual(['1 sending'])
  })

  it('R24: a part that is nearly there is let through', async () => {
    const since = Date.now()
    const { queue, sendings } = makeQueue(() => Promise.resolve((Date.now() - since) * 100))
    await queue.add('1', video('a.mp4', 9_000_000))
    sendings[0]!.handed = 1_200_000
    await vi.advanceTimersByTimeAsync(11_000)
    expect(sendings[0]?.asked).toEqual(['start'])
  })

  it('I1: a centre that has every byte and is busy writing is waited for, and it is said', async () => {
    const { queue, sendings } = makeQueue(() => Promise.resolve(1000))
    await queue.add('1', video())
    await vi.advanceTimersByTimeAsync(20_000)
    expect(sendings[0]?.asked).toEqual(['start'])
    expect(queue.find('1')).toMatchObject({ state: 'waiting', problem: { code: 'busy_writing' } })
    sendings[0]?.events.progress(1000)
    expect(queue.find('1')?.state).toBe('sending')
  })

  it('R23: a recording whose next seconds are not there yet is no stall', async () => {
    const { queue, sendings, states } = makeQueue()
    await queue.add('1', video())
    sendings[0]!.asking = false
    await vi.advanceTimersByTimeAsync(20_000)
    expect(sendings[0]?.asked).toEqual(['start'])
    expect(states()).toEqual(['1 sending'])
  })

  it('draws the page a few times a second at most, however often progress comes', async () => {
    const { queue, sendings, changes } = makeQueue()
    await queue.add('1', video('a.mp4', 100_000))
    const before = changes()
    for (let sent = 1; sent <= 1000; sent++) {
      sendings[0]?.events.progress(sent)
      await vi.advanceTimersByTimeAsync(1)
    }
    await vi.advanceTimersByTimeAsync(300)
    expect(changes() - before).toBeLessThanOrEqual(6)
    expect(queue.find('1')?.sent).toBe(1000)
  })

  it('R24: a waiting file can go before the others, and what was sent of them stays', async () => {
    const { queue, sendings, states } = makeQueue()
    await queue.add('1', video())
    sendings[0]?.events.progress(300)
    await queue.add('2', video())
    await queue.prefer('2')
    expect(states()).toEqual(['2 sending', '1 queued'])
    expect(sendings[0]?.asked).toEqual(['start', 'stop'])
    expect(queue.find('1')?.sent).toBe(300)
  })

  it('R10: gives up at once when the server refuses, and goes on with the next', async () => {
    const { queue, sendings, states } = makeQueue()
    await queue.add('1', video())
    await queue.add('2', video())
    sendings[0]?.events.failed(new ApiError('upload_late', 409))
    expect(states()).toEqual(['1 failed', '2 sending'])
    expect(queue.find('1')?.problem?.code).toBe('upload_late')
  })

  it('R12: another file for the same item takes the place of the first', async () => {
    const { queue, sendings, states } = makeQueue()
    await queue.add('1', video('a.mp4'))
    await queue.add('1', video('b.mp4'))
    expect(states()).toEqual(['1 sending'])
    expect(queue.find('1')?.file.name).toBe('b.mp4')
    expect(sendings[0]?.asked).toEqual(['start', 'stop'])
    sendings[0]?.events.done() // late news of the first one
    expect(states()).toEqual(['1 sending'])
    sendings[1]?.events.progress(7)
    expect(queue.find('1')?.sent).toBe(7)
  })

  it('R12: cancelling lets the server forget it', async () => {
    const { queue, sendings, states } = makeQueue()
    await queue.add('1', video())
    await queue.discard('1')
    expect(states()).toEqual([])
    expect(sendings[0]?.asked).toEqual(['start', 'discard'])
  })

  it('R12: cancelling waits for no answer of the server', async () => {
    const { queue, sendings, states } = makeQueue()
    await queue.add('1', video())
    await queue.add('2', video())
    sendings[0]!.discard = () => new Promise(() => undefined) // silence
    void queue.discard('1')
    expect(states()).toEqual(['2 sending'])
  })

  it('R10: stops everything when another device goes on, and forgets nothing at the server', async () => {
    const { queue, sendings, states } = makeQueue()
    await queue.add('1', video())
    await queue.add('2', video())
    await queue.stopAll(new ApiError('other_device'))
    expect(states()).toEqual(['1 failed', '2 failed'])
    expect(sendings[0]?.asked).toEqual(['start', 'stop'])
    expect(queue.busy).toBe(false)
    queue.resumeAfter(['other_device']) // taken back
    expect(states()).toEqual(['1 sending', '2 queued'])
  })

  it('R22: what the end cut off goes on before what waited behind it, whatever each was told', async () => {
    const { queue, sendings, states } = makeQueue()
    await queue.add('1', video())
    await queue.add('2', video())
    sendings[0]?.events.failed(new ApiError('upload_late', 409))
    await queue.stopAll(new ApiError('attempt_over'))
    expect(states()).toEqual(['1 failed', '2 failed'])
    queue.resumeAfter(['other_device', 'attempt_over', 'upload_late'])
    expect(states()).toEqual(['1 sending', '2 queued'])
  })

  it('R24: a recording in the page says nothing of the line, also when it has just ended', async () => {
    const { queue, sendings } = makeQueue()
    queue.lastRate = 9_000_000
    const take = { name: 'r.webm', type: '', size: 90_000, growing: true, slice: () => Promise.reject(new Error()), interrupt: () => undefined }
    await queue.add('1', take)
    for (let sent = 0; sent <= 90_000; sent += 10_000) {
      sendings[0]?.events.progress(sent)
      await vi.advanceTimersByTimeAsync(1000)
    }
    take.growing = false
    expect(queue.rate).toBe(9_000_000)
    sendings[0]?.events.done()
    expect(queue.rate).toBe(9_000_000)
  })

  it('tells the time that is left once it knows the speed', async () => {
    const { queue, sendings } = makeQueue()
    await queue.add('1', video('a.mp4', 10_000))
    sendings[0]?.events.progress(0)
    expect(queue.find('1')?.secondsLeft).toBeNull()
    await vi.advanceTimersByTimeAsync(1000)
    sendings[0]?.events.progress(2000) // a burst at the beginning is no speed
    expect(queue.find('1')?.secondsLeft).toBeNull()
    await vi.advanceTimersByTimeAsync(3000)
    sendings[0]?.events.progress(4000)
    expect(queue.find('1')?.secondsLeft).toBeCloseTo(6)
    expect(queue.rate).toBeCloseTo(1000)
  })
})

describe('the speed', () => {
  it('forgets what was before when the upload falls back to what the server has', () => {
    const speed = new Speed()
    speed.add(0, 0)
    speed.add(1000, 5000)
    speed.add(2000, 1000)
    expect(speed.rate(2000)).toBe(0)
    speed.add(6000, 5000)
    expect(speed.rate(6000)).toBe(1000)
  })

  it('sinks while nothing is acknowledged', () => {
    const speed = new Speed()
    speed.add(0, 0)
    speed.add(5000, 5000)
    expect(speed.rate(8000)).toBe(1000)
    expect(speed.rate(15_000)).toBeCloseTo(333, 0)
  })
})

describe('a chosen file', () => {
  it('R11: is refused before its first byte is sent when it is too large, empty or no video', () => {
    expect(checkFile(video('a.mp4', 1000), 1000)).toBeNull()
    expect(checkFile(video('a.mp4', 1001), 1000)?.code).toBe('upload_too_large')
    expect(checkFile(video('a.mp4', 0), 1000)?.code).toBe('upload_empty')
    expect(checkFile(new File(['x'], 'a.jpg', { type: 'image/jpeg' }), 1000)?.code).toBe('not_a_video')
    expect(checkFile(new File(['x'], 'a.pdf', { type: 'application/pdf' }), 1000)?.code).toBe('not_a_video')
  })

  it('R11: is sent whatever its declared type: phones name a wrong one', () => {
    for (const type of ['', 'audio/3gpp', 'audio/mp4', 'text/vnd.trolltech.linguist', 'application/octet-stream']) {
      expect(checkFile(new File(['x'], 'a', { type }), 1000), type).toBeNull()
    }
  })

  it('R24: is known again by attempt, item, size and first bytes, whatever it is called', async () => {
    vi.useRealTimers()
    const bytes = new Uint8Array(100_000).map((_, i) => i % 251)
    const file = new File([bytes], 'IMG_1.mov')
    const again = new File([bytes], 'trim.XYZ.mov', { lastModified: 5 })
    const changed = new File([bytes.map((b, i) => (i === 9 ? b + 1 : b))], 'IMG_1.mov')
    const key = await fingerprintOf('a', '1', file)
    expect(await fingerprintOf('a', '1', again)).toBe(key)
    expect(await fingerprintOf('a', '1', changed)).not.toBe(key)
    expect(await fingerprintOf('a', '2', file)).not.toBe(key)
    expect(await fingerprintOf('b', '1', file)).not.toBe(key)
    expect(await fingerprintOf('a', '1', file.slice(0, 99_999))).not.toBe(key)
  })
})
