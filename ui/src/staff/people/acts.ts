import type { Proposal } from '../../shared/api/types'

type Words = (key: string, named: Record<string, unknown>) => string

/** What is proposed, as a sentence. */
export function actWords({ kind, args }: Pick<Proposal, 'kind' | 'args'>, t: Words): string {
  const role = args['role'] ? t(`desk.role.${args['role']}`, {}) : ''
  return t(`staff.proposal.act.${kind}`, { name: args['name'] ?? '', reason: args['reason'] ?? '', day: args['day'] ?? '', role })
}
