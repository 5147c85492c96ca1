import { useLanguage } from '../useLanguage'

/** What a clip's verdict is about, in words; a kind that this version has no words for is shown as it came. */
export function useDoubts() {
  const { t, has } = useLanguage()
  return (kinds: readonly string[]) => [...new Set(kinds)].map((kind) => (has(`finding.kind.${kind}`) ? t(`finding.kind.${kind}`) : kind)).join(t('common.comma'))
}
