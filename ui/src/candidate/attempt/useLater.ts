import { computed, onUnmounted, shallowRef, watch, type ComputedRef } from 'vue'
import { asApiError, type ApiError } from '../../shared/api/http'
import { useLanguage } from '../../shared/useLanguage'
import { useTerms } from '../../shared/useTerms'
import { ask } from '../parts/ask'
import { hintsOf, holdsVideo, isBroken } from '../parts/clipState'
import { lacking, stageOf, type Stage } from './later'
import type { AttemptSession } from './session'

/** Milliseconds between two tries to submit while the centre does not answer. */
const PAUSE = 3000

/** Carries «submit when all has arrived» out while the attempt's page is open; `free`: the page may be taken away. */
export function useLater(session: ComputedRef<AttemptSession>, free: () => boolean) {
  const { t } = useLanguage()
  const { term } = useTerms()
  const problem = shallowRef<ApiError | null>(null)
  const arrivedAt = shallowRef(0)
  const acting = shallowRef(false)
  const now = shallowRef(performance.now())

  const stage = computed<Stage | null>(() => {
    const { later, attempt, jobs, left, timed } = session.value
    if (!later.awaited.value || !attempt.value || !timed.value) return null
    return stageOf(later.awaited.value, attempt.value, jobs.value, left.value, arrivedAt.value ? now.value - arrivedAt.value : 0)
  })
  const waitsFor = computed(() => {
    const { later, attempt, jobs } = session.value
    if (!later.awaited.value || !attempt.value) return []
    const late = lacking(later.awaited.value, attempt.value)
    return attempt.value.items.filter((item) => late.includes(item) || jobs.value.some((job) => job.item === item.id)).map((item) => term(item.name))
  })

  async function submit(): Promise<void> {
    try {
      await session.value.submit()
      problem.value = null
    } catch (thrown) {
      problem.value = asApiError(thrown)
      if (!['offline', 'no_answer', 'unknown', 'internal', 'submit_unsure', 'act_too_late'].includes(problem.value.code)) session.value.later.takeBack()
      else await new Promise((go) => setTimeout(go, PAUSE))
    }
  }

  /** A clip that arrived is broken or doubtful: the wish is disarmed until the child decides (R14). */
  async function askFirst(): Promise<void> {
    const items = session.value.attempt.value?.items ?? []
    session.value.later.takeBack()
    const lines = items.flatMap(({ name, clip }) => {
      if (clip && isBroken(clip)) return [t('candidate.submit.lost_broken', { items: term(name) })]
      return clip ? hintsOf(clip).map((hint) => t('candidate.submit.hint_of', { item: term(name), hint: t(`hint.${hint}`) })) : []
    })
    if (!items.some(holdsVideo)) return // the page says that there is nothing to submit
    const yes = await ask({ title: t('candidate.later.ask_title'), text: [...lines, t(`candidate.submit.ask_text${session.value.attempt.value?.practice ? '_practice' : ''}`)].join('\n'), yes: t('candidate.submit.yes'), no: t('candidate.later.ask_no'), danger: true })
    if (yes) await submit()
  }

  async function step(): Promise<void> {
    const { later, attempt, jobs } = session.value
    if (!attempt.value) return
    later.follow(attempt.value, jobs.value)
    if (stage.value === 'over') return later.takeBack()
    const there = stage.value === 'checking' || stage.value === 'submit' || stage.value === 'ask'
    arrivedAt.value = there ? arrivedAt.value || performance.now() : 0
    if (acting.value || later.held || !free()) return
    if (!later.stands) return later.takeBack() // in another tab it was carried out or taken back
    const act = stage.value === 'ask' ? askFirst : stage.value === 'submit' ? submit : null
    if (!act) return
    acting.value = true
    await act().finally(() => (acting.value = false))
  }

  watch([stage, () => session.value.attempt.value, () => session.value.jobs.value], () => void step(), { immediate: true })
  // Time passes, and bottom sheets are closed, without an event.
  const ticking = setInterval(() => {
    now.value = performance.now()
    if (stage.value) void step()
  }, 500)
  const heed = ({ key }: StorageEvent) => session.value.later.heed(key)
  addEventListener('storage', heed)
  onUnmounted(() => {
    clearInterval(ticking)
    removeEventListener('storage', heed)
  })

  return { stage, waitsFor, problem }
}
