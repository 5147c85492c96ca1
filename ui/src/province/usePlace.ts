import { computed, shallowRef, watch, type Ref } from 'vue'
import { ApiError, asApiError } from '../shared/api/http'
import type { Centre, ProvinceClip } from '../shared/api/types'
import { whenBack } from '../shared/desk/server'
import { useHash } from '../shared/desk/useHash'
import { api } from './api'

const find = async (id: string) => api.clip(decodeURIComponent(id))

/** The centre and the open clip, as the address names them (#centre/clip): a reload keeps them, and the back button closes the clip. */
export function usePlace(centres: Ref<Centre[] | null>) {
  const { hash, go } = useHash()
  const place = computed(() => hash.value.split('/'))
  const open = shallowRef<ProvinceClip | null>(null)
  /** Why the clip of the address is not shown. */
  const problem = shallowRef<ApiError | null>(null)
  let opened = false // from the list, which is then the entry before

  /** The centre of the address, else the first. */
  const chosen = computed(() => {
    const names = (centres.value ?? []).map(({ centre }) => centre)
    return names.find((name) => name === place.value[0]) ?? names[0]
  })

  watch(() => place.value[1] ?? '', read, { immediate: true })
  whenBack(() => void read(place.value[1] ?? ''))

  async function read(id: string): Promise<void> {
    if (open.value && encodeURIComponent(open.value.id) === id) return
    opened &&= open.value !== null && id !== '' // from one clip to the next, the list is still the entry before
    open.value = null
    problem.value = null
    if (!id) return
    try {
      const clip = await find(id)
      if (id !== place.value[1]) return
      open.value = clip
      if (!clip) problem.value = new ApiError('not_found', 404)
    } catch (thrown) {
      if (id === place.value[1]) problem.value = asApiError(thrown)
    }
  }

  function show(clip: ProvinceClip): void {
    const to = `${chosen.value}/${encodeURIComponent(clip.id)}`
    open.value = clip
    problem.value = null
    opened = hash.value !== to
    go(to)
  }

  /** Another clip that a finding points to, perhaps of another centre. */
  function showById(id: string): void {
    location.replace(`#${chosen.value}/${encodeURIComponent(id)}`)
  }

  function close(): void {
    if (opened) history.back()
    else location.replace(`#${chosen.value}`)
  }

  return { chosen, choose: go, open, problem, show, showById, close }
}
