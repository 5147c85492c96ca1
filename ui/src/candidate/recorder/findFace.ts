// The face in a small picture, by the cascade that comes with jsfeat: some
// milliseconds a picture, and a hundredth of what a network for faces weighs.
// Measured on photographs in the outline, upright and leaning by 10°, bright
// and dim: see the test.

import './jsfeatGlobal'
import 'jsfeat/cascades/frontalface.js'
import jsfeat from 'jsfeat'
import type { Question } from './faceWorker'
import type { Face } from './fit'

/** Of the picture's shorter side: the smallest face that is looked for. */
const MIN_FACE = 0.11
/** From one size to the next. */
const STEP = 1.15
/** So many windows agree where a face is. */
const AGREE = 2

/** The face that most windows agree on, in shares of the picture's height; null where none is seen. */
export function findFace({ pixels, width, height }: Question): Face | null {
  const grey = new jsfeat.matrix_t(width, height, jsfeat.U8_t | jsfeat.C1_t)
  jsfeat.imgproc.grayscale(pixels, width, height, grey)
  const [sums, squares] = [new Int32Array((width + 1) * (height + 1)), new Int32Array((width + 1) * (height + 1))]
  jsfeat.imgproc.compute_integral_image(grey, sums, squares, null)
  const cascade = jsfeat.haar.frontalface
  const windows = jsfeat.haar.detect_multi_scale(sums, squares, null, null, width, height, cascade, STEP, (MIN_FACE * Math.min(width, height)) / cascade.size[1])
  const [best] = jsfeat.haar.group_rectangles(windows, 1).sort((a, b) => b.neighbors - a.neighbors)
  if (!best || best.neighbors < AGREE) return null
  return { x: (best.x + best.width / 2) / height, y: (best.y + best.height / 2) / height, size: best.height / height }
}
