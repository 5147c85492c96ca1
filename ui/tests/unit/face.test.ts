// R20, R23, R25: where the face is in the outline. It is found on the phone,
// and is a hint only.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findFace } from '../../src/candidate/recorder/findFace'
import { placeOf } from '../../src/candidate/recorder/fit'
import { outlineIn } from '../../src/candidate/recorder/outline'
import { shared } from '../outside/programs'

const [width, height] = [320, 180]
const outline = outlineIn(width, height)

/** A drawn face: light skin, dark hair, brows, eyes and mouth, soft as a small picture of a camera is. */
function drawn(x: number, y: number, tall: number, shade = 1): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(width * height * 4)
  for (let i = 0; i < width * height; i++) {
    const [u, v] = [((i % width) - x) / tall, (Math.floor(i / width) - y) / tall]
    pixels.fill(shade * tone(u, v), i * 4, i * 4 + 3)
  }
  return pixels
}

const soft = (distance: number) => 1 / (1 + Math.exp(distance * 60))
const blob = (u: number, v: number, x: number, y: number, a: number, b: number) => soft((Math.hypot((u - x) / a, (v - y) / b) - 1) * Math.min(a, b))

function tone(u: number, v: number): number {
  const side = Math.abs(u)
  let value = 120
  const put = (amount: number, to: number) => (value += (to - value) * amount)
  put(blob(u, v, 0, -0.06, 0.44, 0.52), 35) // hair
  put(blob(u, v, 0, 0.06, 0.36, 0.46), 205) // skin
  put(blob(side, v, 0.16, -0.05, 0.115, 0.06), 90) // the hollow of an eye
  put(blob(side, v, 0.16, -0.12, 0.11, 0.022), 55) // brow
  put(blob(side, v, 0.16, -0.045, 0.04, 0.03), 25) // eye
  put(blob(u, v, 0, 0.03, 0.035, 0.12), 230) // the bridge of the nose
  put(blob(side, v, 0.05, 0.14, 0.03, 0.02), 110) // nostril
  put(blob(u, v, 0, 0.27, 0.13, 0.035), 95) // mouth
  return value
}

const find = (pixels: Uint8ClampedArray<ArrayBuffer>) => findFace({ pixels, width, height })
const place = (pixels: Uint8ClampedArray<ArrayBuffer>, mirrored = false) => placeOf(find(pixels), outline, height, mirrored)
const head = outline.down * 1.8

describe('R23: a face in the picture', () => {
  it('fits in the outline, bright or dim', () => {
    expect([1, 0.5].map((shade) => place(drawn(outline.x, outline.y, head, shade)))).toEqual(['fits', 'fits'])
  })

  it('is too far away, or too near', () => {
    expect([0.62, 1.7].map((times) => place(drawn(outline.x, outline.y, head * times)))).toEqual(['nearer', 'farther'])
  })

  it('is told the way as the screen shows it: the front camera’s picture is mirrored there', () => {
    const [left, right] = [drawn(outline.x - 60, outline.y, head), drawn(outline.x + 60, outline.y, head)]
    expect([place(left), place(right), place(left, true), place(right, true)]).toEqual(['right', 'left', 'left', 'right'])
    expect(place(drawn(outline.x, outline.y + 55, head))).toBe('up')
  })

  it('is not claimed where none is', () => {
    const noise = new Uint8ClampedArray(width * height * 4).map((_, i) => (i * 7919) % 251)
    expect([find(noise), find(new Uint8ClampedArray(width * height * 4).fill(128))]).toEqual([null, null])
  })

  it('is found in photographs, upright and leaning, bright and dim', { timeout: 120_000 }, (context) => {
    const folder = shared('testdata/faces') ?? ''
    context.skip(!folder, 'it needs shared test data: set KAODIAN_SHARED to the folder that has it')
    const photographs = ['person-a-1.jpg', 'person-a-2.jpg', 'person-b-2.jpg'].map((name) => join(folder, name))
    const seen = photographs.flatMap((file) =>
      ['', ',rotate=0.17', ',rotate=-0.17'].flatMap((lean) => [0, -0.25].map((light) => find(photograph(file, `${lean},eq=brightness=${light}`)))),
    )
    expect(seen.filter(Boolean).length, 'of 18').toBeGreaterThanOrEqual(16)
  })
})

/** A photograph as the recorder's small picture: the whole of it, in the middle. */
function photograph(file: string, filter: string): Uint8ClampedArray<ArrayBuffer> {
  const sized = `scale=${width}:${height}:force_original_aspect_ratio=decrease,pad=${width}:${height}:-1:-1${filter}`
  const raw = execFileSync('ffmpeg', ['-v', 'error', '-i', file, '-vf', sized, '-f', 'rawvideo', '-pix_fmt', 'rgba', '-'])
  return new Uint8ClampedArray(raw)
}
