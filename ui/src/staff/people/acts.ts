import type { Proposal } from '../../shared/api/types'

/** What a day to void concerns, each as a sentence: what there is now, and what there was when it was proposed. */
export function concernWords({ then, now }: Pick<Proposal, 'then' | 'now'>, t: Words): string[] {
  if (!now) return []
  const said = [t('staff.proposal.concerns', { ...now })]
  if (then && (then.attempts !== now.attempts || then.candidates !== now.candidates)) said.push(t('staff.proposal.changed', { ...then }))
  if (now.sealed > 0) said.push(t('staff.proposal.sealed', { ...now }))
  return said
}

type Words = (key: string, named: Record<string, unknown>) => string

/** What is proposed, as a sentence. */
export function actWords({ kind, args }: Pick<Proposal, 'kind' | 'args'>, t: Words, dayText: (day: string) => string): string {
  const role = args['role'] ? t(`desk.role.${args['role']}`, {}) : ''
  return t(`staff.proposal.act.${kind}`, { name: args['name'] ?? '', reason: args['reason'] ?? '', day: dayText(String(args['day'] ?? '')), role })
}
