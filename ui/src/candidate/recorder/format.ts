// In which format a browser records. MP4 first: every phone and every desk
// plays it as it is.

const TYPES = [
  'video/mp4;codecs=avc1.42E01F,mp4a.40.2',
  'video/mp4;codecs=avc1,mp4a.40.2',
  'video/webm;codecs=vp9,opus',
  'video/webm;codecs=vp8,opus',
  'video/webm;codecs=h264,opus',
  'video/mp4',
  'video/webm',
]

export const VIDEO_BITS = 2_500_000
export const AUDIO_BITS = 128_000
/** Bytes a second of both. */
export const RATE = (VIDEO_BITS + AUDIO_BITS) / 8

/** The first type that the browser records; empty leaves it to the browser. */
export function chooseType(records: (type: string) => boolean = (type) => MediaRecorder.isTypeSupported(type)): string {
  return TYPES.find(records) ?? ''
}

/** A name that no second recording has: by it the server's clip is known again. */
export function fileName(type: string, at: Date): string {
  const two = (n: number) => String(n).padStart(2, '0')
  const day = `${at.getFullYear()}${two(at.getMonth() + 1)}${two(at.getDate())}`
  const time = `${two(at.getHours())}${two(at.getMinutes())}${two(at.getSeconds())}`
  return `kaodian-${day}-${time}.${type.startsWith('video/webm') ? 'webm' : 'mp4'}`
}
