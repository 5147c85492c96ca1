// The words on the screen, by their keys: a walk reads them in either language.
import en from '../../locales/en.json'
import zhCN from '../../locales/zh-CN.json'

/** The words of a key, its gaps filled. */
export type Words = (key: string, gaps?: Record<string, string | number>) => string

const wordsIn = (locale: object): Words => (key, gaps = {}) => {
  const found = key.split('.').reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], locale)
  if (typeof found !== 'string') throw new Error(`no words: ${key}`)
  return found.replace(/\{(\w+)\}/g, (_, name: string) => String(gaps[name] ?? `{${name}}`))
}

export const chinese = wordsIn(zhCN)
export const english = wordsIn(en)
