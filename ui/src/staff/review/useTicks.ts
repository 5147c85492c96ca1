import { computed, ref, shallowRef, type Ref } from 'vue'
import { asApiError, type ApiError } from '../../shared/api/http'
import type { AnnouncementPart, Heard, ReviewClip } from '../../shared/api/types'
import { api } from '../api'

const order: (Heard | undefined)[] = ['heard', 'wrong', 'not_heard', undefined]

/** What comes after it when the key is pressed once more. */
export function following(heard: Heard | undefined): Heard | undefined {
  return order[(order.indexOf(heard) + 1) % order.length]
}

/**
 * The announcement's ticks (R33). They show at once and are sent one after the
 * other: five keys pressed quickly are five ticks. One that is not taken is
 * taken back by reading the clip again.
 */
export function useTicks(clip: Ref<ReviewClip | null>, open: Ref<boolean>, reload: () => Promise<unknown>) {
  const changed = ref<Partial<Record<AnnouncementPart, Heard | undefined>>>({})
  const problem = shallowRef<ApiError | null>(null)
  let sent: Promise<unknown> = Promise.resolve()
  let waiting = 0

  const parts = computed(() =>
    (clip.value?.announcement ?? []).map((part) => ({ ...part, heard: part.part in changed.value ? changed.value[part.part] : part.heard })),
  )

  function set(part: AnnouncementPart, heard: Heard | undefined): void {
    if (open.value) changed.value = { ...changed.value, [part]: heard }
    send(part, heard)
  }

  function send(part: AnnouncementPart | undefined, heard: Heard | undefined): void {
    const id = clip.value?.id
    if (!open.value || !id) return
    problem.value = null
    waiting++
    sent = sent.then(async () => {
      try {
        await api.hear(id, part, heard)
      } catch (thrown) {
        problem.value = asApiError(thrown)
      }
      if (--waiting > 0) return
      await reload()
      if (waiting === 0) changed.value = {}
    })
  }

  function cycle(place: number): void {
    const part = parts.value[place]
    if (part) set(part.part, following(part.heard))
  }

  /** The server knows better than this page what nobody ticked yet. */
  function allHeard(): void {
    const rest = parts.value.filter(({ heard }) => !heard).map(({ part }) => [part, 'heard'] as const)
    if (open.value) changed.value = { ...changed.value, ...Object.fromEntries(rest) }
    send(undefined, 'heard')
  }

  return { parts, problem, set, cycle, allHeard }
}

export type Ticks = ReturnType<typeof useTicks>
