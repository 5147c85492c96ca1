import { termText } from './text/terms'
import { useLanguage } from './useLanguage'

/** Subjects and items in the page's language. Apart from useLanguage, because the log-in needs no terms. */
export function useTerms() {
  const { language } = useLanguage()
  return { term: (name: string) => termText(name, language.value) }
}
