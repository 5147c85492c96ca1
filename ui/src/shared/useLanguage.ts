import { computed, inject, type InjectionKey } from 'vue'
import { useI18n } from 'vue-i18n'
import type { ApiError } from './api/http'
import { setLanguage, type Languages } from './i18n'
import { sentenceOf } from './text/errors'
import { dayText, durationText, endText, gradeText, sizeText, timeText, type Language, type TimeStyle } from './text/format'

export const languagesKey: InjectionKey<Languages> = Symbol('languages')

/** Everything that turns data into words of the current language. */
export function useLanguage() {
  const { t, te, locale } = useI18n()
  const languages = inject(languagesKey)
  const language = computed(() => locale.value as Language)
  return {
    t,
    /** Whether there are words for a key: what a newer server names may be unknown here. */
    has: (key: string) => te(key),
    language,
    time: (at: string, style?: TimeStyle) => timeText(at, language.value, style),
    day: (at: string, kept?: boolean) => dayText(at, language.value, kept),
    end: (at: string) => endText(at, language.value),
    size: sizeText,
    grade: (grade: number) => gradeText(grade, language.value),
    duration: (seconds: number) => durationText(seconds, language.value),
    sentence: (problem: ApiError) => sentenceOf(problem, { t, te }, language.value),
    switchLanguage: () => {
      if (languages) setLanguage(languages, language.value === 'en' ? 'zh-CN' : 'en')
    },
  }
}
