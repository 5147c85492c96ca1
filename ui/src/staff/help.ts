import type { HelpAnswerKind, HelpCall, HelpReason } from '../shared/api/types'

/** What staff may answer with one tap: that somebody comes, then what fits the reason. */
const fitting: Record<HelpReason, HelpAnswerKind[]> = {
  no_sound: ['sound', 'own_camera'],
  not_sending: ['wait_line', 'wifi'],
  camera: ['camera', 'own_camera'],
  cannot_do: ['calm', 'page'],
  unwell: ['rest'],
  log_in: ['numbers', 'wifi'],
  other: ['page', 'calm'],
}

export const answersFor = (reason: HelpReason): HelpAnswerKind[] => ['coming', ...(fitting[reason] ?? [])]

/** The attempt in which somebody called has ended meanwhile; the call is still open. */
export const isOver = (call: HelpCall): boolean => call.attempt_state !== undefined && call.attempt_state !== 'running'
