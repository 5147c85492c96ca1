// Whether what is still to be sent fits into the time that is left, at the
// speed of this phone's acknowledged bytes: said before it is too late.

/** The assumed size of a video that is not recorded yet: three minutes at 720p, with a margin. */
export const USUAL = 100 * 1024 * 1024
/** A margin for the estimate, and seconds for the end of each file. */
const SPARE = 1.1
const EACH = 3
/** Shares of the time that is left at which the alarm comes and goes, so that it does not flicker. */
const COMES = 1
const GOES = 0.85
/** Looks in a row, one a second, that must agree before it comes. */
const SURE = 2

export interface Pending {
  readonly item: string
  /** Bytes that the centre does not have yet. */
  readonly bytes: number
  /** It waits, so it can be sent before the others. */
  readonly movable: boolean
}

export interface Facts {
  /** Milliseconds to the deadline. */
  readonly left: number
  /** Bytes a second, 0 while unknown. */
  readonly rate: number
  /** In the order in which it is sent. */
  readonly pending: readonly Pending[]
  /** Whether something of it waits for a tap. */
  readonly paused: boolean
  /** Items of which nothing was chosen or recorded, and bytes of a usual one. */
  readonly missing: number
  readonly usual: number
}

export type Plan =
  /** Nothing is known, or nothing is left to send. */
  | { kind: 'none' }
  /** All that is chosen arrives. */
  | { kind: 'fits'; needs: number; files: number }
  /** Sending has to begin so many milliseconds before the deadline. */
  | { kind: 'begin'; before: number; usual: number }
  /** It does not all arrive: seconds needed, and the shorter one that still would. */
  | { kind: 'late'; needs: number; sooner: string | null }
  /** A usual video more does not fit. */
  | { kind: 'short'; needs: number; usual: number }

const NONE: Plan = { kind: 'none' }

/** Seconds that so many bytes in so many files take. */
export const secondsFor = (bytes: number, files: number, rate: number): number => (bytes / rate) * SPARE + EACH * files

export class Planner {
  private late = 0
  private short = 0

  /** To be called once a second. */
  plan(facts: Facts): Plan {
    const { left, rate, pending, missing, usual } = facts
    if (rate <= 0 || left <= 0 || (pending.length === 0 && missing === 0)) return NONE
    const needs = secondsFor(total(pending), pending.length, rate)
    const all = secondsFor(total(pending) + missing * usual, pending.length + missing, rate)
    this.late = next(this.late, pending.length > 0, needs * 1000, left)
    this.short = next(this.short, missing > 0, all * 1000, left)
    if (this.late >= SURE) return { kind: 'late', needs, sooner: sooner(pending, left, rate) }
    if (this.short >= SURE) return { kind: 'short', needs: secondsFor(usual, 1, rate), usual }
    if (missing > 0 || facts.paused) return all * 1000 < left ? { kind: 'begin', before: rest(facts, all) * 1000, usual: missing > 0 ? usual : 0 } : NONE
    return { kind: 'fits', needs, files: pending.length }
  }
}

/** What is on its way has begun: only the others have to. */
const rest = ({ pending, paused, missing, usual, rate }: Facts, all: number): number => (pending.length > 0 && !paused ? secondsFor(missing * usual, missing, rate) : all)

/** Looks in a row at which it did not fit. */
function next(before: number, is: boolean, needs: number, left: number): number {
  if (!is) return 0
  return needs > left * (before >= SURE ? GOES : COMES) ? before + 1 : 0
}

const total = (pending: readonly Pending[]): number => pending.reduce((sum, { bytes }) => sum + bytes, 0)

/** The shortest, where more would arrive if it went first. */
function sooner(pending: readonly Pending[], left: number, rate: number): string | null {
  const shortest = pending.filter(({ movable }) => movable).sort((a, b) => a.bytes - b.bytes)[0]
  if (!shortest) return null
  const turned = [shortest, ...pending.filter((other) => other !== shortest)]
  return arrive(turned, left, rate) > arrive(pending, left, rate) ? shortest.item : null
}

/** How many arrive, one after another. */
function arrive(pending: readonly Pending[], left: number, rate: number): number {
  const ends = pending.map((_, n) => secondsFor(total(pending.slice(0, n + 1)), n + 1, rate))
  return ends.filter((end) => end * 1000 < left).length
}
