import type { StaffItem } from '../../shared/api/types'

export type ItemTone = 'good' | 'bad' | 'info' | 'soft'

export const toneOf = (item: StaffItem): ItemTone => (item.clip_state === 'unexaminable' ? 'bad' : item.clip_state ? 'good' : item.receiving ? 'info' : 'soft')

interface Words {
  t: (key: string, named?: Record<string, unknown>) => string
  size: (bytes: number) => string
}

const percent = (part: { offset: number; size?: number }) => (part.size ? Math.floor((part.offset / part.size) * 100) : 0)

export function wordOf(item: StaffItem, { t, size }: Words): string {
  if (item.receiving?.at_desk) return t('staff.attempts.at_desk', { percent: percent(item.receiving) })
  if (item.receiving?.live) return t('staff.attempts.live', { size: size(item.receiving.offset) })
  if (item.receiving) return t('staff.attempts.receiving', { percent: percent(item.receiving) })
  return item.clip_state ? t(`finding.clip.${item.clip_state}`) : t('staff.attempts.no_clip')
}
