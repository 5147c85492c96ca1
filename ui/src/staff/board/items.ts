import type { StaffItem } from '../../shared/api/types'

export type ItemTone = 'good' | 'warn' | 'bad' | 'info' | 'soft'

/** What the child is told to record again for, the gravest first. */
const HINTS = ['cut_off', 'too_short', 'silent', 'no_face', 'too_dark', 'too_bright', 'portrait']

/** The gravest hint of a clip. */
export const hintOf = (item: StaffItem): string | undefined => HINTS.find((hint) => item.hints.includes(hint))

export function toneOf(item: StaffItem): ItemTone {
  if (item.clip_state === 'unexaminable' || item.hints.includes('unreadable')) return 'bad'
  if (item.clip_state) return hintOf(item) ? 'warn' : 'good'
  return item.receiving ? 'info' : 'soft'
}

interface Words {
  t: (key: string, named?: Record<string, unknown>) => string
  size: (bytes: number) => string
}

const percent = (part: { offset: number; size?: number }) => (part.size ? Math.floor((part.offset / part.size) * 100) : 0)

export function wordOf(item: StaffItem, { t, size }: Words): string {
  if (item.receiving?.at_desk) return t('staff.attempts.at_desk', { percent: percent(item.receiving) })
  if (item.receiving?.live) return t('staff.attempts.live', { size: size(item.receiving.offset) })
  if (item.receiving) return t('staff.attempts.receiving', { percent: percent(item.receiving) })
  if (item.clip_state && item.hints.includes('unreadable')) return t('finding.clip.unexaminable')
  const hint = item.clip_state && hintOf(item)
  if (hint) return t(`finding.note.${hint}`)
  return item.clip_state ? t(`finding.clip.${item.clip_state}`) : t('staff.attempts.no_clip')
}
