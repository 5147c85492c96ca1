import { onMounted, onUnmounted, ref } from 'vue'

/** Whether the page is higher than wide. */
export function useUpright() {
  const upright = ref(false)
  const look = () => (upright.value = window.innerHeight > window.innerWidth)
  onMounted(() => {
    look()
    window.addEventListener('resize', look)
  })
  onUnmounted(() => window.removeEventListener('resize', look))
  return upright
}
