// What this phone remembers over a reload; in a private window, only until then.

const here = new Map<string, string>()
export const PREFIX = 'kaodian-'

export function remember(key: string, value: string): void {
  here.set(key, value)
  try {
    localStorage.setItem(PREFIX + key, value)
  } catch {
    // a private window, or a full memory
  }
}

export function recall(key: string): string {
  try {
    return localStorage.getItem(PREFIX + key) ?? here.get(key) ?? ''
  } catch {
    return here.get(key) ?? ''
  }
}
