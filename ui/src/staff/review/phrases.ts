// An examiner's own phrases for remarks: the list, and how one comes into a text.
import { shallowRef } from 'vue'
import { api } from '../api'

/** Characters that remarks take. */
export const MAX_REMARKS = 2000

/** What stands between a text and a phrase behind it, so that no two words grow together. */
export function joint(before: string): string {
  if (before === '' || /[\s，。；：、！？（“‘—…]$/u.test(before)) return ''
  return /\p{Script=Han}$/u.test(before) ? '，' : ' '
}

/** The text with the phrase in place of what is chosen in it, and where the caret is then; null where it does not fit. */
export function withPhrase(text: string, from: number, to: number, phrase: string): { text: string; caret: number } | null {
  const before = text.slice(0, from)
  const head = before + joint(before) + phrase
  const whole = head + text.slice(to)
  return Array.from(whole).length > MAX_REMARKS ? null : { text: whole, caret: head.length }
}

/** The list as the server has it; each act answers with it, because a second window may have changed it. */
export function usePhrases() {
  const phrases = shallowRef<string[]>([])
  const max = shallowRef({ count: 0, length: 0 })

  async function take(asked: ReturnType<typeof api.phrases>): Promise<void> {
    const list = await asked
    phrases.value = list.phrases
    max.value = { count: list.max, length: list.max_length }
  }

  return { phrases, max, load: () => take(api.phrases()), add: (phrase: string) => take(api.addPhrase(phrase)), remove: (phrase: string) => take(api.removePhrase(phrase)) }
}

export type Phrases = ReturnType<typeof usePhrases>
