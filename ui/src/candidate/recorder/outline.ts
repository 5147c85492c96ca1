// Where the face belongs for the announcement, in any picture (R23).

export interface Outline {
  /** Centre and radii of the head, in the picture's own pixels. */
  x: number
  y: number
  across: number
  down: number
}

/** Head and shoulders of somebody who stands before the phone: in a picture of 16:9 the head has two fifths of the height. */
export function outlineIn(width: number, height: number): Outline {
  const down = Math.min(height * 0.2, width * 0.24)
  return { x: width / 2, y: Math.max(height * 0.32, down * 1.2), across: down * 0.78, down }
}
