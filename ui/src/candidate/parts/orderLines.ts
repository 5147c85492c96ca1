import type { Order } from '../../shared/api/types'

type Say = (key: string, named?: Record<string, unknown>) => string

export interface OrderLine {
  text: string
  /** «drawn», where something is drawn at the start. */
  tag: string
}

/** One line an item; of a group one is drawn, so a group is one line (R9). */
export function orderLines(order: Order, t: Say, term: (name: string) => string): OrderLine[] {
  const groups = new Map<string, Order['items']>()
  order.items.forEach((item, i) => {
    const key = item.group || `item ${i}`
    groups.set(key, [...(groups.get(key) ?? []), item])
  })
  return [...groups.values()].map((items) => {
    const names = items.map((item) => (item.piece ? t('candidate.orders.item_piece', { item: term(item.name), piece: item.piece }) : term(item.name)))
    const tag = items.length > 1 ? t('candidate.orders.drawn_one') : t('candidate.orders.drawn')
    return { text: names.join(' / '), tag: items.some((item) => item.drawn) ? tag : '' }
  })
}
