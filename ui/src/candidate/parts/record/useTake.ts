// One take in the page, from the camera to the phone's memory: which stage it
// is at, and what ended it.

import { computed, onUnmounted, ref, shallowRef } from 'vue'
import { painted } from '../../../shared/painted'
import type { AttemptSession } from '../../attempt/session'
import { ScreenLight } from '../../attempt/screen'
import { closeCamera, keepFacing, keptFacing, openCamera, problemOfCamera, type CameraProblem, type Facing } from '../../recorder/camera'
import { CountIn } from '../../recorder/countIn'
import { AUDIO_BITS, chooseType, fileName, VIDEO_BITS } from '../../recorder/format'
import { isSoon, remaining } from '../../recorder/limits'
import type { Taken } from '../../recorder/outcome'
import { KeptRecording } from '../../recorder/recorded'
import { isAlarm, Recording, type End } from '../../recorder/recording'
import { openSound, tick } from '../../recorder/sound'
import { watchStops, type Stop } from '../../recorder/stops'
import { append, begin, fileOf, type Kept } from '../../recorder/store'

export type Stage = 'card' | 'opening' | 'ready' | 'counting' | 'recording' | 'saving'

export function useTake(session: AttemptSession, item: string, ended: (taken: Taken, copy: Promise<File | null>) => void) {
  const stage = ref<Stage>('card')
  const problem = ref<CameraProblem | 'no_memory' | null>(null)
  const facing = ref<Facing>(keptFacing())
  const stream = shallowRef<MediaStream | null>(null)
  const sound = shallowRef<AudioContext | null>(null)
  const bytes = ref(0)
  const seconds = ref(0)
  const count = ref(0)
  const screen = new ScreenLight()
  const countIn = new CountIn()
  let recording: Recording | null = null
  let source: KeptRecording | null = null
  let ticker: ReturnType<typeof setInterval> | undefined
  let unwatch: () => void = () => undefined
  let left = false

  const recordable = computed(() => remaining(bytes.value, session.attempt.value?.max_clip_bytes ?? Infinity, session.timed.value ? session.left.value : Infinity))
  const soon = computed(() => (stage.value === 'recording' && isSoon(recordable.value) ? recordable.value : null))

  /** Which opening is waited for: a camera that comes after it was given up is closed. */
  let opening = 0

  /** On a tap: the phone asks for leave, and lets the page sound. Sound takes a slow phone a fifth of a second to open, so the answer to the tap is drawn before. */
  async function open(): Promise<void> {
    const turn = ++opening
    problem.value = null
    stage.value = 'opening'
    screen.want(true)
    release() // most phones open one camera at a time
    await painted()
    if (left || turn !== opening) return
    sound.value ??= openSound()
    try {
      const given = await openCamera(facing.value)
      if (left || turn !== opening) return closeCamera(given)
      stream.value = given
      unwatch = watchStops(given, lose)
      stage.value = 'ready'
    } catch (thrown) {
      if (turn !== opening) return
      problem.value = problemOfCamera(thrown)
      close()
    }
  }

  function choose(wanted: Facing): void {
    facing.value = wanted
    keepFacing(wanted)
  }

  async function turnRound(): Promise<void> {
    choose(facing.value === 'user' ? 'environment' : 'user')
    await open()
  }

  function release(): void {
    unwatch()
    closeCamera(stream.value)
    stream.value = null
  }

  function close(): void {
    opening++
    countIn.cancel()
    screen.want(false)
    release()
    stage.value = 'card'
  }

  /** On a tap: the camera goes off at once; the page behind it takes a slow phone longer to build than the tap may wait. */
  async function leave(): Promise<void> {
    release()
    await painted()
    close()
  }

  /** Before a take nothing is lost: the count stops, and a camera that is gone is opened anew. */
  function lose(why: Stop): void {
    countIn.cancel()
    if (why !== 'camera' || !stream.value?.getTracks().some((track) => track.readyState === 'ended')) return
    close()
    problem.value = 'lost'
  }

  async function start(): Promise<void> {
    if (!stream.value || stage.value !== 'ready') return
    stage.value = 'counting' // a second tap finds nothing to start
    void sound.value?.resume().catch(() => undefined) // where the tap before was too long ago when the sound was opened
    const counted = await countIn.run((n) => {
      count.value = n
      tick(sound.value)
    })
    if (counted && stream.value && !left) return take(stream.value)
    if (stage.value === 'counting') stage.value = 'ready'
  }

  async function take(camera: MediaStream): Promise<void> {
    stage.value = 'saving'
    try {
      const recorder = makeRecorder(camera)
      const type = (recorder.mimeType || 'video/mp4').split(';')[0] ?? ''
      const kept = await begin(session.id, item, fileName(type, new Date()), type)
      if (left) return
      unwatch() // from here on a stop is an alarm
      record(recorder, kept)
    } catch {
      problem.value = 'no_memory'
      close()
    }
  }

  function record(recorder: MediaRecorder, kept: Kept): void {
    bytes.value = seconds.value = 0
    recording = new Recording(recorder, (chunk) => write(kept, chunk), (end) => void finish(end, kept))
    recording.start()
    source = new KeptRecording(kept, true)
    void session.queue.add(item, source)
    stage.value = 'recording'
    const from = performance.now()
    ticker = setInterval(() => {
      seconds.value = Math.floor((performance.now() - from) / 1000)
      if (recordable.value.seconds === 0) stop(recordable.value.limit)
    }, 250)
  }

  async function write(kept: Kept, chunk: Blob): Promise<void> {
    await append(kept, chunk)
    bytes.value = kept.bytes
    source?.grew()
  }

  function stop(why: End): void {
    countIn.cancel()
    if (stage.value !== 'recording') return
    stage.value = 'saving'
    clearInterval(ticker)
    recording?.stop(why)
  }

  async function finish(end: End, kept: Kept): Promise<void> {
    clearInterval(ticker)
    recording = null
    close()
    const none = left || isAlarm(end) || kept.bytes === 0
    const copy = none ? Promise.resolve(null) : fileOf(kept).catch(() => null) // for the album; begun before its arrival can drop it
    const asks = replaces() && (left || isAlarm(end))
    const taken = { end, name: kept.name, bytes: kept.bytes, seconds: seconds.value, asks }
    if (isAlarm(end)) ended(taken, copy) // nothing comes before an alarm
    await settle(asks)
    if (!isAlarm(end)) ended(taken, copy)
  }

  const replaces = () => session.attempt.value?.items.some((known) => known.id === item && known.clip) ?? false

  /** A whole take is the clip. One that broke off is too, unless it would replace a clip: that is asked first. */
  async function settle(asks: boolean): Promise<void> {
    if (asks) await session.queue.leave(item)
    if (bytes.value === 0) session.queue.discard(item)
    source?.end()
    source = null
  }

  onUnmounted(() => {
    left = true
    stop('asked')
    if (!recording) close()
    void sound.value?.close().catch(() => undefined)
  })

  return { stage, problem, facing, stream, sound, seconds, count, soon, open, close, leave, choose, turnRound, start, cancelCount: () => countIn.cancel(), stop }
}

function makeRecorder(camera: MediaStream): MediaRecorder {
  const mimeType = chooseType()
  return new MediaRecorder(camera, { ...(mimeType && { mimeType }), videoBitsPerSecond: VIDEO_BITS, audioBitsPerSecond: AUDIO_BITS })
}
