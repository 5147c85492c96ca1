// A call as recorded words, strung together: packaging/voice/words says what
// each clip says.
import type { ScreenCall } from '../../shared/api/types'

/** In which languages calls are spoken. */
export const SPOKEN = ['zh', 'zh+en', 'en'] as const
export type Spoken = (typeof SPOKEN)[number]

type Voice = 'zh' | 'en'

/** Letters and digits of a ticket one by one; Chinese has no letters of its own. */
const spelled = (tail: string, voice: Voice) =>
  [...tail.toLowerCase()].flatMap((letter) => (/[0-9]/.test(letter) ? [`${voice}/${letter}`] : /[a-z]/.test(letter) ? [`en/${letter}`] : []))

/** A room's number, 1 to 20. */
function numbered(number: number, voice: Voice): string[] {
  if (voice === 'en' || number <= 10) return [`${voice}/${number}`]
  const [tens, ones] = [Math.floor(number / 10), number % 10]
  return [...(tens > 1 ? [`zh/${tens}`] : []), 'zh/10', ...(ones > 0 ? [`zh/${ones}`] : [])]
}

const inOne = (call: Pick<ScreenCall, 'tail' | 'hall'>, voice: Voice) => [
  `${voice}/ticket`, ...spelled(call.tail, voice), `${voice}/go`, ...numbered(call.hall, voice), ...(voice === 'zh' ? ['zh/room'] : []),
]

/** The names of the clips of a call. */
export function clipsOf(call: Pick<ScreenCall, 'tail' | 'hall'>, spoken: Spoken): string[] {
  const voices: Voice[] = spoken === 'zh+en' ? ['zh', 'en'] : [spoken]
  return ['bell', ...voices.flatMap((voice) => inOne(call, voice))]
}
