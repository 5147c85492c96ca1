import { reactive, ref, shallowRef, watch } from 'vue'
import type { ReviewQueue, ReviewRow } from '../../shared/api/types'
import { useAct } from '../../shared/useAct'
import { api, type ReviewFilter } from '../api'

/** Where the filter lies, so that a reload of the page keeps it; each role its own, since examiners may not look for a name. */
const KEPT = 'review-filter-'

function kept(role: string): Partial<ReviewFilter> {
  try {
    const filter: unknown = JSON.parse(sessionStorage.getItem(KEPT + role) ?? '{}')
    return typeof filter === 'object' && filter !== null ? filter : {}
  } catch {
    return {} // a browser that keeps nothing, or what is no filter
  }
}

/** The name that was looked for is not kept: others use this computer too. */
function keep(role: string, filter: ReviewFilter): void {
  try {
    sessionStorage.setItem(KEPT + role, JSON.stringify({ ...filter, who: '' }))
  } catch {
    // then a reload begins anew
  }
}

/** Pages that are read to find a clip in the queue. */
const PAGES = 40

/** The queue of clips: pages of it, as the filter chooses, and the way from one clip to the next. */
export function useQueue(role = '') {
  // A mark is given after the sending too (R21, R31): an examiner's clips do not leave with their batch.
  const sealed = role === 'examiner' ? 'all' : 'no'
  const filter = reactive<ReviewFilter>({ state: '', subject: '', verdict: '', grade: '', who: '', open: false, unmarked: role === 'examiner', sealed, ...kept(role) })
  const rows = shallowRef<ReviewRow[]>([])
  const subjects = shallowRef<string[]>([])
  const grades = shallowRef<number[]>([])
  const next = ref<string | undefined>()
  const count = ref(0)
  /** How far an examiner is. */
  const progress = shallowRef<ReviewQueue['progress']>()
  const loaded = ref(false)
  const { busy, problem, run } = useAct()
  let asked = 0

  async function read(after?: string): Promise<void> {
    const turn = ++asked
    const page = await api.review(filter, after)
    if (turn !== asked) return // the filter was changed meanwhile
    rows.value = after ? [...rows.value, ...page.clips] : page.clips
    next.value = page.next
    if (!after) progress.value = page.progress
    count.value = page.count
    subjects.value = page.subjects
    grades.value = page.grades
    loaded.value = true
  }

  const again = () => run(() => read())
  const more = () => (next.value ? run(() => read(next.value)) : Promise.resolve(false))
  watch(filter, () => {
    keep(role, filter)
    busy.value = false // a reading by the former filter is of no use any more
    void again()
  })

  /** The clip so many places from that one, of pages not read yet too. */
  async function beside(clip: string, step: 1 | -1): Promise<string | undefined> {
    const placeOf = () => rows.value.findIndex((row) => row.id === clip)
    for (let pages = 0; placeOf() < 0 && next.value && pages < PAGES; pages++) {
      if (!(await more())) break
    }
    const at = placeOf()
    if (step > 0 && at === rows.value.length - 1) await more()
    if (at < 0) return rows.value[0]?.id
    return rows.value[at + step]?.id
  }

  return { filter, rows, subjects, grades, next, count, progress, loaded, busy, problem, again, more, beside }
}

export type Queue = ReturnType<typeof useQueue>
