/**
 * The rows of an answer for somebody who is about to press one: those that
 * were shown stay where they were, with what is new in them; new ones above
 * them wait; what came below is there.
 */
export function still<T extends { id: string }>(shown: readonly T[], now: readonly T[]): T[] {
  const fresh = new Map(now.map((row) => [row.id, row]))
  const known = new Set(shown.map(({ id }) => id))
  const last = now.map(({ id }) => known.has(id)).lastIndexOf(true)
  const below = last < 0 ? [] : now.slice(last + 1)
  return [...shown.map((row) => fresh.get(row.id) ?? row), ...below]
}
