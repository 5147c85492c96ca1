import { api } from '../api'
import { ask } from '../parts/ask'

/** As the server compares it (R4). */
const folded = (text: string) => text.trim().normalize('NFKC').toLowerCase()

/**
 * Whose exam runs on this phone, perhaps in another tab, is not logged out by
 * another child without a word. The other one may have the same name.
 */
export async function mayReplace(ticket: string, t: (key: string, named?: Record<string, unknown>) => string): Promise<boolean> {
  const orders = await api.orders().catch(() => [])
  const runs = orders.find(({ status }) => status === 'running')
  if (!runs || orders.some((order) => folded(order.ticket) === folded(ticket))) return true
  const who = { name: runs.name, ticket: runs.ticket }
  return ask({ title: t('candidate.replaced.ask_title', who), text: t('candidate.replaced.ask_text', who), yes: t('common.log_in'), no: t('common.cancel') })
}
