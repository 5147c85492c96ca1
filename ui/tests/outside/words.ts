// The words on the screen, by their keys: a walk reads them in either language.
import { createI18n } from 'vue-i18n'
import en from '../../locales/en.json'
import zhCN from '../../locales/zh-CN.json'

/** The words of a key, its gaps filled. */
export type Words = (key: string, gaps?: Record<string, string | number>) => string

function wordsIn(messages: typeof zhCN): Words {
  const missing = (_: string, key: string) => {
    throw new Error(`no words: ${key}`)
  }
  const { t } = createI18n({ legacy: false, locale: 'chosen', messages: { chosen: messages }, missing }).global
  return (key, gaps = {}) => t(key, gaps)
}

export const chinese = wordsIn(zhCN)
export const english = wordsIn(en)
