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

/** Makes the translations; the second language is loaded when it is wanted. */
export async function createLanguages(chinese: Messages, loadEnglish: () => Promise<Messages>): Promise<Languages> {
  const i18n = createI18n({
    legacy: false,
    locale: 'zh-CN',
    fallbackLocale: 'zh-CN',
    messages: { 'zh-CN': chinese } as Record<string, Messages>,
  }) as unknown as Languages
  english.set(i18n, loadEnglish)
  await setLanguage(i18n, keptLanguage())
  return i18n
}

const english = new WeakMap<Languages, () => Promise<Messages>>()

export async function setLanguage(i18n: Languages, language: Language): Promise<void> {
  if (language === 'en' && !i18n.global.availableLocales.includes('en')) {
    const load = english.get(i18n)
    if (load) i18n.global.setLocaleMessage('en', await load())
  }
  i18n.global.locale.value = language
  document.documentElement.lang = language
  keep(language)
}
