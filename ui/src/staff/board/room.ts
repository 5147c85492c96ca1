// How many places side by side a row takes, so that its name is not cut: a
// name of the north-west has thirteen signs, and a phone that is not heard of
// adds a sign of its own. Lengths are CSS pixels, those of board.css.

import { isRunning, type Row } from './rows'

export type Density = 'wide' | 'middle' | 'tight'

interface Sizes {
  readonly place: number
  readonly gap: number
  /** Frame and padding, and between what stands in a row. */
  readonly edge: number
  readonly between: number
  readonly letter: number
  readonly clock: number
  /** The shortest that the state of an ended one becomes. */
  readonly state: number
  readonly code: number
  readonly sign: number
  readonly icon: number
}

const roomy = { gap: 6, edge: 18, between: 10, letter: 16, clock: 68, state: 28, code: 46, sign: 11, icon: 20 }
const sizes: Record<Density, Sizes> = {
  wide: { place: 380, ...roomy },
  middle: { place: 290, ...roomy },
  tight: { place: 132, gap: 4, edge: 10, between: 4, letter: 13, clock: 37, state: 24, code: 0, sign: 9, icon: 17 },
}

/** In letter heights: a Chinese sign, and the dot within such a name, take one, a Latin letter in bold about two thirds. */
const letters = (name: string) => [...name].reduce((sum, sign) => sum + (sign >= '\u2e80' || sign === '·' ? 1 : 0.67), 0)

function needed(row: Row, density: Density): number {
  const { attempt, reason } = row
  const of = sizes[density]
  const icons = [reason, attempt.lost_since, isDoubtful(row)].filter(Boolean).length
  const cut = density === 'wide' ? 3 : 0 // what has shrunk to nothing still keeps its distance
  const parts = [isRunning(row) ? of.clock : of.state, ...(of.code ? [of.code] : []), ...Array<number>(icons).fill(of.icon), ...Array<number>(cut).fill(0), attempt.items.length * of.sign]
  return of.edge + letters(attempt.candidate.name) * of.letter + parts.reduce((sum, part) => sum + of.between + part, 0)
}

/** 1, 2 or 3 places, or 4 for a whole line. */
export function placesOf(row: Row, density: Density): number {
  const { place, gap } = sizes[density]
  return Math.min(4, Math.ceil((needed(row, density) + gap) / (place + gap)))
}

/** Nobody was shown to be who the order names: no camera compares, and the check-in saw no document. */
export const isDoubtful = ({ attempt }: Row) => !attempt.document && (!attempt.photo || attempt.face_consent === 'declined')
