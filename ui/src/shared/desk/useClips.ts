import { computed, ref, shallowRef } from 'vue'
import { useAct } from '../useAct'
import { usePolling } from './usePolling'

interface Page<T> {
  clips: T[]
  next?: string
}

/** A list of clips, newest first: its first page is kept current, older pages are added on demand. */
export function useClips<T extends { id: string }>(read: (before?: string) => Promise<Page<T>>, every: number) {
  const older = shallowRef<T[]>([])
  const olderNext = ref<string | undefined>()
  const reading = useAct()
  const { data, problem, refresh } = usePolling(() => read(), every)

  const clips = computed(() => {
    const first = data.value?.clips ?? []
    const seen = new Set(first.map((clip) => clip.id))
    return [...first, ...older.value.filter((clip) => !seen.has(clip.id))]
  })
  const next = computed(() => (older.value.length > 0 ? olderNext.value : data.value?.next))

  async function more(): Promise<void> {
    const from = next.value
    if (!from) return
    await reading.run(async () => {
      const page = await read(from)
      older.value = [...older.value, ...(page.clips ?? [])]
      olderNext.value = page.next
    })
  }

  function forget(): void {
    older.value = []
    olderNext.value = undefined
  }

  return { clips, next, more, forget, problem: computed(() => problem.value ?? reading.problem.value), loaded: computed(() => data.value !== null), busy: reading.busy, refresh }
}
