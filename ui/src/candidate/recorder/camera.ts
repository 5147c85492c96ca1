// The phone's camera and microphone, and what to say when they are not given.

export type Facing = 'environment' | 'user'
export type CameraProblem = 'refused' | 'none' | 'busy' | 'lost'

const KEPT = 'kaodian-camera'

/** The camera that was chosen last on this phone; before any choice the front one, by which a child sees itself and the words. */
export function keptFacing(): Facing {
  try {
    return localStorage.getItem(KEPT) === 'environment' ? 'environment' : 'user'
  } catch {
    return 'user' // a private window
  }
}

export function keepFacing(facing: Facing): void {
  try {
    localStorage.setItem(KEPT, facing)
  } catch {
    // asked again next time
  }
}

/** Music as it is: what a phone does for calls would cut it to pieces. */
const sound: MediaTrackConstraints = { echoCancellation: false, noiseSuppression: false, autoGainControl: false }

export function openCamera(facing: Facing): Promise<MediaStream> {
  return navigator.mediaDevices.getUserMedia({
    video: { facingMode: { ideal: facing }, width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } },
    audio: sound,
  })
}

export function closeCamera(stream: MediaStream | null): void {
  stream?.getTracks().forEach((track) => track.stop())
}

export function problemOfCamera(thrown: unknown): CameraProblem {
  const name = (thrown as { name?: string } | null)?.name ?? ''
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'refused'
  return name === 'NotFoundError' || name === 'OverconstrainedError' ? 'none' : 'busy'
}

/** Instruments that are seen from the side, hands and whole body (R32); all others from the front. */
export const seenFrom = (subject: string): 'side' | 'front' => (subject === '钢琴' || subject === '电子琴' ? 'side' : 'front')
