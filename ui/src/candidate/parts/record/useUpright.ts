import { useEventListener } from '@vueuse/core'
import { ref } from 'vue'

/** Whether the page is higher than wide. */
export function useUpright() {
  const isUpright = () => window.innerHeight > window.innerWidth
  const upright = ref(isUpright())
  useEventListener('resize', () => (upright.value = isUpright()))
  return upright
}
