// Letters as large as their box lets them be: words that are read from three
// metres, whatever their length and the phone.

import { onMounted, onUnmounted, type Ref } from 'vue'
import { painted } from '../../../shared/painted'

/** For an element of a fixed size; its letters get between `min` and `max` pixels. Below that it scrolls. */
export function useFitText(box: Readonly<Ref<HTMLElement | null>>, min: number, max: number): void {
  function fit(): void {
    const element = box.value
    if (!element || element.clientHeight === 0) return
    let [low, high] = [min, max]
    while (low < high) {
      const size = Math.ceil((low + high) / 2)
      element.style.fontSize = `${size}px`
      if (element.scrollHeight <= element.clientHeight && element.scrollWidth <= element.clientWidth) low = size
      else high = size - 1
    }
    element.style.fontSize = `${low}px`
  }

  const room = new ResizeObserver(fit)
  const words = new MutationObserver(fit)
  let left = false
  onMounted(async () => {
    await painted() // trying sizes takes a slow phone a tenth of a second
    if (left || !box.value) return
    fit()
    room.observe(box.value)
    words.observe(box.value, { childList: true, characterData: true, subtree: true })
  })
  onUnmounted(() => {
    left = true
    room.disconnect()
    words.disconnect()
  })
}
