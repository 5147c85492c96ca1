import { useEventListener } from '@vueuse/core'
import { ref } from 'vue'

/** What stands behind # in the address: a reload and the back button keep the place. */
export function useHash() {
  const hash = ref(location.hash.slice(1))
  const read = () => {
    hash.value = location.hash.slice(1)
  }
  useEventListener('hashchange', read)
  return {
    hash,
    go: (to: string) => {
      location.hash = to
      hash.value = to
    },
  }
}
