// The ten seconds that a loan phone records before it is handed out, and whether
// they are a video: recorded in time, heard, and played again.

import { closeCamera, keptFacing, openCamera, problemOfCamera } from '../recorder/camera'
import { chooseType } from '../recorder/format'
import { levelOf, openSound } from '../recorder/sound'
import { canRecordHere, type CheckResult } from '../way/checks'

export const SECONDS = 10
/** A clock's second more or less. */
const ENOUGH = SECONDS - 1
/** Below it nothing was heard, not even a quiet room. */
const HEARD = 0.02
/** Milliseconds that a recording may take to play its first second. */
const PLAYS = 8000

export interface Recorded {
  result: CheckResult
  /** What was recorded; null where nothing was. */
  video: Blob | null
}

const bad = (word: string): Recorded => ({ result: { state: 'bad', word }, video: null })

/** Records; to be called on a tap. `show` gets the camera's picture, `second` the seconds that are left. */
export async function record(show: (stream: MediaStream | null) => void, second: (left: number) => void): Promise<Recorded> {
  if (!canRecordHere()) return bad('own_camera')
  const audio = openSound()
  let stream: MediaStream | null = null
  try {
    stream = await openCamera(keptFacing())
    show(stream)
    const level = levelOf(audio, stream)
    let loudest = level ? 0 : 1
    const { video, seconds } = await take(stream, (left) => {
      loudest = Math.max(loudest, level?.() ?? 1)
      second(left)
    })
    show(null)
    return { result: await judge(video, seconds, loudest), video }
  } catch (thrown) {
    return bad(problemOfCamera(thrown))
  } finally {
    show(null)
    closeCamera(stream)
    void audio?.close().catch(() => undefined)
  }
}

async function take(stream: MediaStream, tick: (left: number) => void): Promise<{ video: Blob; seconds: number }> {
  const type = chooseType()
  const recorder = new MediaRecorder(stream, type ? { mimeType: type } : {})
  const chunks: Blob[] = []
  recorder.addEventListener('dataavailable', ({ data }) => chunks.push(data))
  const stopped = new Promise((done) => recorder.addEventListener('stop', done))
  const from = performance.now()
  const passed = () => (performance.now() - from) / 1000
  recorder.start(1000)
  const timer = setInterval(() => {
    tick(Math.max(0, Math.ceil(SECONDS - passed())))
    if (passed() >= SECONDS && recorder.state !== 'inactive') recorder.stop()
  }, 100)
  await stopped
  clearInterval(timer)
  return { video: new Blob(chunks, { type: recorder.mimeType }), seconds: passed() }
}

async function judge(video: Blob, seconds: number, loudest: number): Promise<CheckResult> {
  const named = { seconds: Math.floor(seconds) }
  if (seconds < ENOUGH) return { state: 'bad', word: 'short', named }
  if ((await played(video)) === null) return { state: 'bad', word: 'unplayable' }
  return loudest < HEARD ? { state: 'bad', word: 'silent' } : { state: 'good', word: 'good', named }
}

/** A video that the phone's own camera recorded. */
export async function judgeFile(file: Blob): Promise<Recorded> {
  const seconds = await played(file)
  if (seconds === null) return { result: { state: 'bad', word: 'unplayable' }, video: null }
  const named = { seconds: Math.floor(seconds) }
  return { result: seconds < ENOUGH ? { state: 'bad', word: 'short', named } : { state: 'good', word: 'file', named }, video: file }
}

/** Plays its beginning without sound; how long it says that it is, null if it does not play. */
function played(video: Blob): Promise<number | null> {
  const player = document.createElement('video')
  const address = URL.createObjectURL(video)
  player.muted = true
  player.playsInline = true
  return new Promise<number | null>((done) => {
    const late = setTimeout(() => done(null), PLAYS)
    const end = (seconds: number | null) => {
      clearTimeout(late)
      done(seconds)
    }
    player.addEventListener('error', () => end(null))
    player.addEventListener('timeupdate', () => player.currentTime >= 1 && end(player.videoWidth > 0 ? player.duration : null))
    player.src = address
    player.play().catch(() => end(null))
  }).finally(() => {
    player.removeAttribute('src')
    player.load()
    URL.revokeObjectURL(address)
  })
}
