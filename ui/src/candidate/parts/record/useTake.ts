// One take in the page, from the camera to the phone's memory: which stage it
// is at, and what ended it.

import { computed, onUnmounted, ref, shallowRef } from 'vue'
import type { AttemptSession } from '../../attempt/session'
import { ScreenLight } from '../../attempt/screen'
import { closeCamera, openCamera, problemOfCamera, type CameraProblem, type Facing } from '../../recorder/camera'
import { AUDIO_BITS, chooseType, fileName, VIDEO_BITS } from '../../recorder/format'
import { isSoon, restOf } from '../../recorder/limits'
import { KeptRecording } from '../../recorder/recorded'
import { isAlarm, Recording, type End } from '../../recorder/recording'
import { openSound } from '../../recorder/sound'
import { append, begin, fileOf, type Kept } from '../../recorder/store'

export type Stage = 'card' | 'opening' | 'ready' | 'recording' | 'saving'

export function useTake(session: AttemptSession, item: string, ended: (end: End, copy: Promise<File | null>) => void) {
  const stage = ref<Stage>('card')
  const problem = ref<CameraProblem | 'no_memory' | null>(null)
  const facing = ref<Facing>('environment')
  const stream = shallowRef<MediaStream | null>(null)
  const sound = shallowRef<AudioContext | null>(null)
  const bytes = ref(0)
  const seconds = ref(0)
  const screen = new ScreenLight()
  let recording: Recording | null = null
  let source: KeptRecording | null = null
  let ticker: ReturnType<typeof setInterval> | undefined
  let left = false

  const rest = computed(() => restOf(bytes.value, session.attempt.value?.max_clip_bytes ?? Infinity, session.timed.value ? session.left.value : Infinity))
  const soon = computed(() => (stage.value === 'recording' && isSoon(rest.value) ? rest.value : null))

  /** On a tap: the phone asks for leave, and lets the page sound. */
  async function open(): Promise<void> {
    sound.value ??= openSound()
    problem.value = null
    stage.value = 'opening'
    closeCamera(stream.value) // most phones open one camera at a time
    stream.value = null
    try {
      const given = await openCamera(facing.value)
      if (left) return closeCamera(given)
      stream.value = given
      stage.value = 'ready'
    } catch (thrown) {
      problem.value = problemOfCamera(thrown)
      stage.value = 'card'
    }
  }

  async function turnRound(): Promise<void> {
    facing.value = facing.value === 'user' ? 'environment' : 'user'
    await open()
  }

  function close(): void {
    closeCamera(stream.value)
    stream.value = null
    stage.value = 'card'
  }

  async function start(): Promise<void> {
    const camera = stream.value
    if (!camera || stage.value !== 'ready') return
    stage.value = 'saving' // a second tap finds nothing to start
    try {
      const recorder = makeRecorder(camera)
      const type = (recorder.mimeType || 'video/mp4').split(';')[0] ?? ''
      const kept = await begin(session.id, item, fileName(type, new Date()), type)
      if (left) return
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
    screen.want(true)
    const from = performance.now()
    ticker = setInterval(() => {
      seconds.value = Math.floor((performance.now() - from) / 1000)
      if (rest.value.seconds === 0) stop(rest.value.limit)
    }, 250)
  }

  async function write(kept: Kept, chunk: Blob): Promise<void> {
    await append(kept, chunk)
    bytes.value = kept.bytes
    source?.grew()
  }

  function stop(why: End): void {
    if (stage.value !== 'recording') return
    stage.value = 'saving'
    clearInterval(ticker)
    recording?.stop(why)
  }

  async function finish(end: End, kept: Kept): Promise<void> {
    clearInterval(ticker)
    screen.want(false)
    recording = null
    close()
    const none = left || isAlarm(end) || kept.bytes === 0
    const copy = none ? Promise.resolve(null) : fileOf(kept).catch(() => null) // for the album; begun before its arrival can drop it
    if (isAlarm(end)) ended(end, copy) // nothing comes before an alarm
    await settle(end)
    if (!isAlarm(end)) ended(end, copy)
  }

  /** A whole take is the clip. One that broke off is too, unless it would replace a clip: that is asked first. */
  async function settle(end: End): Promise<void> {
    const replaces = session.attempt.value?.items.some((known) => known.id === item && known.clip)
    if (replaces && (left || isAlarm(end))) await session.queue.leave(item)
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

  return { stage, problem, facing, stream, sound, seconds, soon, open, close, turnRound, start, stop }
}

function makeRecorder(camera: MediaStream): MediaRecorder {
  const mimeType = chooseType()
  return new MediaRecorder(camera, { ...(mimeType && { mimeType }), videoBitsPerSecond: VIDEO_BITS, audioBitsPerSecond: AUDIO_BITS })
}
