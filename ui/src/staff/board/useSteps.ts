import { onUnmounted, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import { same, towards, type Row } from './rows'

/** Rows that one step may change, and milliseconds to the next one: the browser draws and hears clicks in between. */
const STEP = 8
const PAUSE = 16

/** The rows as they are drawn, on their way to the wanted ones. */
export function useSteps(wanted: Readonly<Ref<readonly Row[]>>): ShallowRef<readonly Row[]> {
  const shown = shallowRef<readonly Row[]>([])
  let timer: ReturnType<typeof setTimeout> | null = null

  function step(): void {
    timer = null
    if (same(shown.value, wanted.value)) return
    shown.value = towards(shown.value, wanted.value, STEP)
    plan()
  }

  /** Not at once: reading the answer took its own time. */
  const plan = () => (timer ??= setTimeout(step, PAUSE))
  watch(wanted, plan, { immediate: true })
  onUnmounted(() => timer !== null && clearTimeout(timer))
  return shown
}
