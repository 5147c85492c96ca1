// Which orders papers and the reckoning of a day are about.

/** What is empty chooses all. */
export interface Scope {
  order: string
  day: string
  /** A window as «opens closes», both as the server wrote them. */
  window: string
  subject: string
  grade: number | ''
  who: string
}

export const everything = (): Scope => ({ order: '', day: '', window: '', subject: '', grade: '', who: '' })

/** The scope that an address names, as «day=2026-08-03&subject=钢琴»; undefined where it names none. */
export function scopeFrom(text: string): Scope | undefined {
  if (!text.includes('=')) return undefined
  const asked = new URLSearchParams(text)
  const grade = Number(asked.get('grade'))
  const word = (name: string) => asked.get(name) ?? ''
  return { order: word('order'), day: word('day'), window: word('window'), subject: word('subject'), grade: grade || '', who: word('who') }
}

/** The scope as the server is asked for it. */
export function queryOf({ window, ...rest }: Scope) {
  const [opens, closes] = window.split(' ')
  return { ...rest, opens: opens ?? '', closes: closes ?? '' }
}

/** The same behind a «?», for what the browser itself fetches. */
export function searchOf(scope: Scope): string {
  const given = Object.entries(queryOf(scope)).filter(([, value]) => value !== '')
  return new URLSearchParams(given.map(([name, value]) => [name, `${value}`])).toString()
}
