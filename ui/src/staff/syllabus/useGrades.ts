import { useLanguage } from '../../shared/useLanguage'

/** The grades of a row in words: «三级», «一级–四级». */
export function useGrades() {
  const { grade } = useLanguage()
  return (from: number, to: number) => (from === to ? grade(from) : `${grade(from)}–${grade(to)}`)
}
