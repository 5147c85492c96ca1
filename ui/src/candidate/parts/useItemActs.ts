// What a child does with an item, from its card and from the list before
// submitting: choose another video, watch the one that is there, take what
// arrived of one that broke off.

import { computed, onUnmounted, ref, shallowRef, watch, type ComputedRef } from 'vue'
import type { Attempt, AttemptItem } from '../../shared/api/types'
import { useLanguage } from '../../shared/useLanguage'
import { useTerms } from '../../shared/useTerms'
import { api } from '../api'
import type { AttemptSession } from '../attempt/session'
import { otherWith } from '../uploads/same'
import { ask } from './ask'

export type ItemActs = ReturnType<typeof useItemActs>

export function useItemActs(session: AttemptSession, attempt: ComputedRef<Attempt>) {
  const { t } = useLanguage()
  const { term } = useTerms()
  const choosing = shallowRef<string | null>(null)
  const previewing = shallowRef<string | null>(null)
  const asking = ref(false)
  const sheet = ref(0) // a new sheet each time: the same file can be chosen twice

  const itemOf = (id: string | null): AttemptItem | undefined => attempt.value.items.find((item) => item.id === id)

  async function choose(id: string): Promise<void> {
    const part = session.jobOf(id) ? undefined : itemOf(id)?.receiving
    if (part?.live && part.offset > 0 && !(await askAboutPart('drop'))) return
    sheet.value++
    choosing.value = id
  }

  /** What is there, of a recording that broke off or of a whole one, is given up by a person only. */
  const askAboutPart = (what: 'drop' | 'replace') =>
    ask({ title: t(`candidate.item.part_${what}_title`), text: t(`candidate.item.part_${what}_text`), yes: t('candidate.item.part_yes'), no: t('common.cancel'), danger: true })

  function chooseAfterPreview(): void {
    const id = previewing.value
    previewing.value = null
    if (id) void choose(id)
  }

  async function chosen(file: File): Promise<void> {
    const id = choosing.value
    if (!id) return
    asking.value = true
    choosing.value = null
    if (await isMeant(id, file)) {
      void session.send(id, file)
    } else {
      sheet.value++
      choosing.value = id
    }
    asking.value = false
  }

  /** The same file for two items is asked about, and never refused. */
  async function isMeant(id: string, file: File): Promise<boolean> {
    const other = await otherWith(file, id, attempt.value.items, session.jobs.value)
    if (!other) return true
    const named = { item: term(itemOf(id)?.name ?? ''), other: term(other.name) }
    return ask({ title: t('candidate.choose.same_title'), text: t('candidate.choose.same_text', named), yes: t('candidate.choose.same_yes'), no: t('candidate.choose.same_no') })
  }

  /** Takes what arrived of a recording that broke off for the whole. */
  async function endUpload(item: AttemptItem): Promise<void> {
    const part = item.receiving
    if (!part || (item.clip && !(await askAboutPart('replace')))) return
    await api.endUpload(part.upload_id, part.offset).finally(() => session.refresh())
  }

  // While something is open, the attempt must not be submitted.
  const open = computed(() => asking.value || choosing.value !== null || previewing.value !== null)
  watch(open, (now) => session.later.hold('sheet', now))
  onUnmounted(() => session.later.hold('sheet', false))

  return { session, attempt, choosing, previewing, sheet, itemOf, choose, chooseAfterPreview, chosen, endUpload }
}
