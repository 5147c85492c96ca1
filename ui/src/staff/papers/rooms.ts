import type { Paper } from '../../shared/api/types'

export interface RoomSheet {
  window: string
  opens: string
  closes: string
  number: number
  papers: Paper[]
}

/** Candidates by their window, and of each window as many to a room as it has seats; 0 is one list. */
export function inRooms(papers: readonly Paper[], seats: number): RoomSheet[] {
  const rooms: RoomSheet[] = []
  for (const one of papers) {
    const window = `${one.opens_at} ${one.closes_at}`
    const last = rooms.at(-1)
    if (last?.window === window && (seats <= 0 || last.papers.length < seats)) last.papers.push(one)
    else rooms.push({ window, opens: one.opens_at, closes: one.closes_at, number: last?.window === window ? last.number + 1 : 1, papers: [one] })
  }
  return rooms
}
