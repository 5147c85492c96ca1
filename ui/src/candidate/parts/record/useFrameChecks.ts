// What the camera sees, now and then, from a small picture of the picture: the
// light, and before and during the announcement where the face is. Everything
// stays on the phone. A phone that cannot do it has the still outline.

import { onUnmounted, ref, type Ref } from 'vue'
import type { Answer, Question } from '../../recorder/faceWorker'
import { placeOf, type Place } from '../../recorder/fit'
import { lightOf, type Light } from '../../recorder/light'
import { outlineIn } from '../../recorder/outline'

/** Pixels of the small picture's shorter side. */
const SMALL = 180
/** Milliseconds from one look to the next: what is recorded comes first. */
const BEFORE = 400
const DURING = 1500

interface Wanted {
  outline: boolean
  recording: boolean
  mirrored: boolean
}

export function useFrameChecks(video: Ref<HTMLVideoElement | null>, wanted: () => Wanted) {
  const light = ref<Light>('good')
  const place = ref<Place>('unseen')
  let pen: CanvasRenderingContext2D | null = null
  let finder: Worker | null = null
  let lost = false
  let timer: ReturnType<typeof setTimeout>

  function look(): void {
    pen ??= document.createElement('canvas').getContext('2d', { willReadFrequently: true })
    const small = video.value && pen ? pictureOf(video.value, pen) : null
    if (small) light.value = lightOf(small.data)
    if (small && wanted().outline) return ask(small)
    place.value = 'unseen'
    later()
  }

  /** The answer leads to the next look: a slow phone is asked less often. */
  function ask({ data: pixels, width, height }: ImageData): void {
    finder ??= lost ? null : makeFinder()
    if (!finder) return later()
    finder.onmessage = ({ data: face }: MessageEvent<Answer>) => {
      place.value = placeOf(face, outlineIn(width, height), height, wanted().mirrored)
      later()
    }
    finder.onerror = () => {
      lost = true // its file did not come, or the browser cannot run it
      finder = null
      place.value = 'unseen'
      later()
    }
    finder.postMessage({ pixels, width, height } satisfies Question, [pixels.buffer])
  }

  function later(): void {
    timer = setTimeout(look, wanted().recording ? DURING : BEFORE)
  }

  timer = setTimeout(look, BEFORE)
  onUnmounted(() => {
    clearTimeout(timer)
    finder?.terminate()
  })
  return { light, place }
}

function pictureOf(video: HTMLVideoElement, pen: CanvasRenderingContext2D): ImageData | null {
  if (video.videoWidth === 0) return null
  const scale = SMALL / Math.min(video.videoWidth, video.videoHeight)
  const [width, height] = [Math.round(video.videoWidth * scale), Math.round(video.videoHeight * scale)]
  if (pen.canvas.width !== width || pen.canvas.height !== height) Object.assign(pen.canvas, { width, height })
  pen.drawImage(video, 0, 0, width, height)
  return pen.getImageData(0, 0, width, height)
}

function makeFinder(): Worker | null {
  try {
    return new Worker(new URL('../../recorder/faceWorker.ts', import.meta.url), { name: 'face', type: 'module' })
  } catch {
    return null
  }
}
