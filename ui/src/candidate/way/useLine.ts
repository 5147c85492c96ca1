// Whether the centre answers, for pages that follow no attempt: these have no
// stream, so nothing but a question tells that the server is gone.
import { useEventListener, useIntervalFn } from '@vueuse/core'
import { onUnmounted, ref, type Ref } from 'vue'
import { hearLine, ping } from '../../shared/api/http'
import { lossHere, Reach, type Loss } from '../attempt/reach'

/** Milliseconds between two questions: as often as a stream beats. */
const ASKS = 2000
/** Milliseconds after which a question is given up. */
const ANSWERS = 4000
/** Milliseconds between two looks. */
const LOOKS = 500

/** Asks while the page is looked at and nobody else hears the centre. */
export function useLine(heardElsewhere: () => boolean): Ref<Loss | null> {
  const reach = new Reach()
  const lost = ref<Loss | null>(null)
  const idle = () => document.visibilityState !== 'visible' || heardElsewhere()

  const look = () => {
    if (idle()) reach.answered() // of that time nothing is known
    lost.value = reach.look() ? lossHere() : null
  }
  const question = () => idle() || void ping(ANSWERS).catch(() => undefined)

  onUnmounted(hearLine((there) => (there ? reach.answered() : reach.failed())))
  useIntervalFn(look, LOOKS)
  useIntervalFn(question, ASKS)
  useEventListener(document, 'visibilitychange', question)
  return lost
}
