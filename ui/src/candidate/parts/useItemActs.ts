// What a child does with an item, from its card and from the list before
// submitting: choose another video, watch the one that is there, take what
// arrived of one that broke off.

import { computed, onUnmounted, ref, shallowRef, watch, type ComputedRef } from 'vue'
import type { Attempt, AttemptItem } from '../../shared/api/types'
import { useLanguage } from '../../shared/useLanguage'
import { api } from '../api'
import type { AttemptSession } from '../attempt/session'
import { ask } from './ask'

export type ItemActs = ReturnType<typeof useItemActs>

export function useItemActs(session: AttemptSession, attempt: ComputedRef<Attempt>) {
  const { t } = useLanguage()
  const choosing = shallowRef<string | null>(null)
  const previewing = shallowRef<string | null>(null)
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

  function chosen(file: File): void {
    const id = choosing.value
    choosing.value = null
    if (id) void session.send(id, file)
  }

  /** Takes what arrived of a recording that broke off for the whole. */
  async function endUpload(item: AttemptItem): Promise<void> {
    const part = item.receiving
    if (!part || (item.clip && !(await askAboutPart('replace')))) return
    await api.endUpload(part.upload_id, part.offset).finally(() => session.refresh())
  }

  // While something is open, the attempt must not be submitted.
  const open = computed(() => choosing.value !== null || previewing.value !== null)
  watch(open, (now) => session.later.hold('sheet', now))
  onUnmounted(() => session.later.hold('sheet', false))

  return { session, attempt, choosing, previewing, sheet, itemOf, choose, chooseAfterPreview, chosen, endUpload }
}
