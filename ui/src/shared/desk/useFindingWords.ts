import { useLanguage } from '../useLanguage'

/** What findings are about and say, in words; what this version has no words for is shown as it came. */
export function useFindingWords() {
  const { t, has } = useLanguage()
  const kindText = (kind: string) => (has(`finding.kind.${kind}`) ? t(`finding.kind.${kind}`) : kind)
  const noteText = (note: string) => (has(`finding.note.${note}`) ? t(`finding.note.${note}`) : t('finding.note.other', { note }))
  const kindsText = (kinds: readonly string[]) => [...new Set(kinds)].map(kindText).join(t('common.comma'))
  const irregularityText = (category: string) => (has(`finding.irregularity.${category}`) ? t(`finding.irregularity.${category}`) : category)
  return { kindText, noteText, kindsText, irregularityText }
}
