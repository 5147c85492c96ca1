// How loud it is, the tones before a take, and the alarm when it stops (R28).

type Makers = typeof window & { webkitAudioContext?: typeof AudioContext }

/** To be called on a tap: browsers allow sound only then. */
export function openSound(): AudioContext | null {
  const Maker = (window as Makers).AudioContext ?? (window as Makers).webkitAudioContext
  try {
    const audio = Maker ? new Maker() : null
    void audio?.resume().catch(() => undefined)
    return audio
  } catch {
    return null
  }
}

/** Reads the level of a stream's sound, 0 to 1; null where it cannot be known. */
export function levelOf(audio: AudioContext | null, stream: MediaStream): (() => number) | null {
  if (!audio || stream.getAudioTracks().length === 0) return null
  const analyser = audio.createAnalyser()
  analyser.fftSize = 1024
  audio.createMediaStreamSource(stream).connect(analyser)
  const wave = new Uint8Array(analyser.fftSize)
  return () => {
    analyser.getByteTimeDomainData(wave)
    return loudness(wave)
  }
}

/** From silence (-60 dB) to the loudest, as an ear hears it. */
export function loudness(wave: Uint8Array): number {
  const power = wave.reduce((sum, value) => sum + ((value - 128) / 128) ** 2, 0) / wave.length
  return Math.min(1, Math.max(0, 1 + (10 * Math.log10(power + 1e-9)) / 60))
}

function beep(audio: AudioContext, type: OscillatorType, seconds: number): void {
  const tone = audio.createOscillator()
  tone.type = type
  tone.frequency.value = 880
  tone.connect(audio.destination)
  tone.start()
  tone.stop(audio.currentTime + seconds)
}

/** One tone of the count before a take; a muted phone vibrates. */
export function tick(audio: AudioContext | null): void {
  if (audio) beep(audio, 'sine', 0.15)
  if (navigator.vibrate) navigator.vibrate(60)
}

/** Sounds and vibrates every second, if the phone can; returns a function that ends it. */
export function alarm(audio: AudioContext | null): () => void {
  const ring = () => {
    void audio?.resume().catch(() => undefined)
    if (audio) beep(audio, 'square', 0.5)
    if (navigator.vibrate) navigator.vibrate([400, 200])
  }
  ring()
  const timer = setInterval(ring, 1000)
  return () => clearInterval(timer)
}
