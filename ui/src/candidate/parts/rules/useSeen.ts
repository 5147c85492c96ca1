import { ref, watch } from 'vue'
import { recall, remember } from '../../way/memory'

/**
 * What was seen of the rules of one order (R6), kept on this phone: whoever
 * comes back to the page, also after a reload, goes on where he was. Of
 * another version nothing was seen.
 */
export function useSeen(order: string, version: () => string | undefined) {
  const text = ref(false)
  const shown = ref(false)
  /** The picture that is looked at, from 0. */
  const picture = ref(0)
  const key = (part: string) => `rules-${part}-${order}-${version() ?? ''}`

  watch(
    version,
    (is) => {
      text.value = !!is && recall(key('text')) !== ''
      shown.value = !!is && recall(key('shown')) !== ''
      picture.value = is ? Number(recall(key('picture'))) : 0
    },
    { immediate: true },
  )
  watch(text, (is) => is && remember(key('text'), 'seen'))
  watch(shown, (is) => is && remember(key('shown'), 'seen'))
  watch(picture, (at) => version() && remember(key('picture'), String(at)))

  return { text, shown, picture }
}
