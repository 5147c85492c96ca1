// The languages of the pages: Simplified Chinese first, English complete. The
// choice is kept on the device.

import { createI18n, type I18n } from 'vue-i18n'
import type { Language } from './text/format'

export interface Messages {
  [key: string]: string | Messages
}

const KEPT = 'kaodian-language'

export function keptLanguage(): Language {
  try {
    return localStorage.getItem(KEPT) === 'en' ? 'en' : 'zh-CN'
  } catch {
    return 'zh-CN' // a private window
  }
}

function keep(language: Language): void {
  try {
    localStorage.setItem(KEPT, language)
  } catch {
    // asked again next time
  }
}

export type Languages = I18n<Record<string, Messages>, Record<string, never>, Record<string, never>, string, false>

/** Makes the translations. Both languages come with the first load: a switch must not need the network. */
export function createLanguages(messages: Record<Language, Messages>): Languages {
  const i18n = createI18n({ legacy: false, locale: 'zh-CN', fallbackLocale: 'zh-CN', messages }) as unknown as Languages
  setLanguage(i18n, keptLanguage())
  return i18n
}

export function setLanguage(i18n: Languages, language: Language): void {
  i18n.global.locale.value = language
  document.documentElement.lang = language
  keep(language)
}
