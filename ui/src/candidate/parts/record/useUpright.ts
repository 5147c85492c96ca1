import { onMounted, onUnmounted, ref } from 'vue'

/** Whether the page is higher than wide. */
export function useUpright() {
  const isUpright = () => window.innerHeight > window.innerWidth
  const upright = ref(isUpright())
  const look = () => (upright.value = isUpright())
  onMounted(() => window.addEventListener('resize', look))
  onUnmounted(() => window.removeEventListener('resize', look))
  return upright
}
