// Whether a video was played through (R6). What was jumped over was not played,
// however its end was reached.

/** Seconds that a browser may lose at the joints of what it played. */
const SLACK = 2

interface Played {
  readonly duration: number
  readonly played: Pick<TimeRanges, 'length' | 'start' | 'end'>
}

export function playedThrough({ duration, played }: Played): boolean {
  let seconds = 0
  for (let i = 0; i < played.length; i++) seconds += played.end(i) - played.start(i)
  return duration > 0 && seconds >= duration - SLACK
}
