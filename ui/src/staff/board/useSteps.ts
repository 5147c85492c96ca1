import { useTimeoutFn } from '@vueuse/core'
import { shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import { same, towards, type Row } from './rows'

/** Rows that one step may change, and milliseconds to the next one: the browser draws and hears clicks in between. */
const STEP = 8
const PAUSE = 16

/** The rows as they are drawn, on their way to the wanted ones. */
export function useSteps(wanted: Readonly<Ref<readonly Row[]>>): ShallowRef<readonly Row[]> {
  const shown = shallowRef<readonly Row[]>([])
  const pause = useTimeoutFn(step, PAUSE, { immediate: false })

  function step(): void {
    if (same(shown.value, wanted.value)) return
    shown.value = towards(shown.value, wanted.value, STEP)
    plan()
  }

  /** Not at once: reading the answer took its own time. */
  const plan = () => pause.isPending.value || pause.start()
  watch(wanted, plan, { immediate: true })
  return shown
}
