// Events that stop a recording unintentionally: a call, the screen lock, another
// app, a lost camera (R28).

export type Stop = 'hidden' | 'camera' | 'recorder' | 'storage' | 'superseded' | 'moved'

/** Reports the first stop; returns a function that removes the listeners. */
export function watchStops(stream: MediaStream, stopped: (why: Stop) => void): () => void {
  const hidden = () => document.visibilityState === 'hidden' && stopped('hidden')
  const away = () => stopped('hidden')
  const lost = () => stopped('camera')
  document.addEventListener('visibilitychange', hidden)
  window.addEventListener('pagehide', away)
  for (const track of stream.getTracks()) {
    track.addEventListener('ended', lost)
    track.addEventListener('mute', lost) // a call takes the microphone so
  }
  return () => {
    document.removeEventListener('visibilitychange', hidden)
    window.removeEventListener('pagehide', away)
    for (const track of stream.getTracks()) {
      track.removeEventListener('ended', lost)
      track.removeEventListener('mute', lost)
    }
  }
}
