// Whether the face is within the outline: a hint for the child, never a refusal
// (R20).

import type { Outline } from './outline'

/** In shares of the picture's height: its centre, and the side of the square from brows to chin. */
export interface Face {
  x: number
  y: number
  size: number
}

/** «left»: the face is to go to the left of the picture as it is shown. */
export type Place = 'fits' | 'nearer' | 'farther' | 'left' | 'right' | 'up' | 'down' | 'unseen'

/** A head is so many times as high as the square that is found in it. */
const HEAD = 1.25
/** How much smaller or larger than the outline a head may be. */
const SMALL = 0.8
const LARGE = 1.5
/** How far from the outline's middle the face may be, in the outline's own radii. */
const OFF = 0.55

export function placeOf(face: Face | null, outline: Outline, height: number, mirrored: boolean): Place {
  if (!face) return 'unseen'
  const size = (face.size * height * HEAD) / (outline.down * 2)
  const [right, down] = [(face.x * height - outline.x) / outline.across, (face.y * height - outline.y) / outline.down]
  if (Math.max(Math.abs(right), Math.abs(down)) > OFF) {
    if (Math.abs(right) < Math.abs(down)) return down > 0 ? 'up' : 'down'
    return right > 0 !== mirrored ? 'left' : 'right'
  }
  if (size < SMALL) return 'nearer'
  return size > LARGE ? 'farther' : 'fits'
}
