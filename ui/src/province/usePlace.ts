import { computed, shallowRef, watch, type Ref } from 'vue'
import type { Centre, ProvinceClip } from '../shared/api/types'
import { useHash } from '../shared/desk/useHash'
import { api } from './api'

const find = async (id: string) => api.clip(decodeURIComponent(id))

/** The centre and the open clip, as the address names them (#centre/clip): a reload keeps them, and the back button closes the clip. */
export function usePlace(centres: Ref<Centre[] | null>) {
  const { hash, go } = useHash()
  const place = computed(() => hash.value.split('/'))
  const open = shallowRef<ProvinceClip | null>(null)
  let opened = false // from the list, which is then the entry before

  /** The centre of the address, else the first. */
  const chosen = computed(() => {
    const names = (centres.value ?? []).map(({ centre }) => centre)
    return names.find((name) => name === place.value[0]) ?? names[0]
  })

  watch(() => place.value[1] ?? '', read, { immediate: true })

  async function read(id: string): Promise<void> {
    if (open.value && encodeURIComponent(open.value.id) === id) return
    open.value = null
    opened = false
    const clip = id ? await find(id).catch(() => null) : null
    if (id === place.value[1]) open.value = clip
  }

  function show(clip: ProvinceClip): void {
    open.value = clip
    opened = true
    go(`${chosen.value}/${encodeURIComponent(clip.id)}`)
  }

  function close(): void {
    if (opened) history.back()
    else location.replace(`#${chosen.value}`)
  }

  return { chosen, choose: go, open, show, close }
}
