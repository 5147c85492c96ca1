// What a key means on a clip's page. A reviewer works for hours, mostly with
// one hand on the keyboard.

export type Act =
  | { do: 'play' | 'back' | 'on' | 'previous_place' | 'next_place' | 'previous_clip' | 'next_clip' | 'all_heard' | 'mark' | 'help' | 'leave' }
  | { do: 'tick'; part: number }
  | { do: 'tab'; tab: Tab }

export type Tab = 'findings' | 'departures' | 'decision' | 'marks' | 'identity' | 'facts'

/** The tabs of a clip's page with their keys; an examiner decides nothing (R20), and marks are not everybody's to read before the result is published (R21). */
export const tabsOf = (examiner: boolean, marksKept = false): { tab: Tab; key: string }[] => [
  { tab: 'findings', key: 'F' },
  { tab: 'departures', key: 'M' },
  ...(examiner ? [] : [{ tab: 'decision' as const, key: 'D' }]),
  ...(marksKept ? [] : [{ tab: 'marks' as const, key: 'G' }]),
  { tab: 'identity', key: 'I' },
  { tab: 'facts', key: 'H' },
]

const letters: Record<string, Act> = {
  k: { do: 'play' },
  n: { do: 'next_clip' },
  p: { do: 'previous_clip' },
  m: { do: 'mark' },
  f: { do: 'tab', tab: 'findings' },
  d: { do: 'tab', tab: 'decision' },
  g: { do: 'tab', tab: 'marks' },
  i: { do: 'tab', tab: 'identity' },
  h: { do: 'tab', tab: 'facts' },
}

/** By the key's place, so that no language of the keyboard changes it. */
const places: Record<string, Act> = {
  ArrowLeft: { do: 'back' },
  ArrowRight: { do: 'on' },
  BracketLeft: { do: 'previous_place' },
  BracketRight: { do: 'next_place' },
  Space: { do: 'play' },
  Escape: { do: 'leave' },
}

const WRITTEN = 'input:not([type=radio]):not([type=checkbox]), textarea, select'
const PRESSED = 'button, a, summary, input'

/** What the key means there, null where it means nothing of ours. */
export function actOf(event: Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'altKey' | 'metaKey' | 'isComposing'>, target: Element | null): Act | null {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return null
  // What closes itself by that key is left by it, and the clip is not.
  if (event.key === 'Escape') return target?.closest('[data-own-escape]') ? null : { do: 'leave' }
  if (target?.closest(WRITTEN)) return null
  if (event.key === '?' || event.key === '？') return { do: 'help' }
  // A button and a choice keep the keys that work them.
  if (event.code === 'Space' && target?.closest(PRESSED)) return null
  if (event.code.startsWith('Arrow') && target?.closest('input')) return null
  const digit = /^(?:Digit|Numpad)([0-5])$/.exec(event.code)
  if (digit) return digit[1] === '0' ? { do: 'all_heard' } : { do: 'tick', part: Number(digit[1]) - 1 }
  return places[event.code] ?? letters[event.key.toLowerCase()] ?? null
}
