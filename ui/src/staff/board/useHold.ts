import { computed, onMounted, onScopeDispose, ref, shallowRef, watch, type Ref } from 'vue'
import { byEnd, byUrgency, inPlace, isRunning, type Row } from './rows'

/** Milliseconds after a finger's last touch in which it may come down again. */
const FINGER = 4000

interface Board {
  matching: Readonly<Ref<readonly Row[]>>
  words: Readonly<Ref<string>>
  chosen: Readonly<Ref<string | null>>
  board: Readonly<Ref<HTMLElement | undefined>>
}

/**
 * The board's order. While a pointer is over it, or a row is open, the rows stay
 * in place: a call for help is marked there and comes first once the pointer has
 * left. Search results are sorted at once.
 */
export function useHold({ matching, words, chosen, board }: Board) {
  const over = ref(false)
  const held = computed(() => over.value || chosen.value !== null)
  const running = shallowRef<readonly Row[]>([])
  const ended = shallowRef<readonly Row[]>([])
  let finger: ReturnType<typeof setTimeout> | null = null

  watch(
    [matching, words, held] as const,
    ([rows, sought], [, before]) => {
      const stay = held.value && sought === before
      running.value = stay ? inPlace(running.value, rows, isRunning) : byUrgency(rows)
      const above = new Set(running.value.map(({ id }) => id))
      const below = rows.filter(({ id }) => !above.has(id))
      ended.value = stay ? inPlace(ended.value, below, (row) => !isRunning(row)) : byEnd(below)
    },
    { immediate: true },
  )

  /** Where the board begins in the page, however far that is scrolled. */
  const place = () => (board.value?.getBoundingClientRect().top ?? 0) + scrollY
  let known = 0
  /** Scrolls by what came above the board: a call for help has a card of its own there. */
  const watched = new ResizeObserver(() => {
    const moved = place() - known
    known += moved
    if (over.value && moved !== 0) scrollBy(0, moved)
  })
  onMounted(() => watched.observe(document.body))
  /** The browser's own way of it starts only below the page's top, and would come on top of ours. */
  watch(over, (is) => {
    document.documentElement.style.overflowAnchor = is ? 'none' : ''
  })

  function take(event: PointerEvent): void {
    over.value = true
    if (finger !== null) clearTimeout(finger)
    if (event.pointerType === 'touch') finger = setTimeout(() => (over.value = false), FINGER)
  }

  function leave(event: PointerEvent): void {
    if (event.pointerType !== 'touch') over.value = false
  }

  onScopeDispose(() => {
    watched.disconnect()
    document.documentElement.style.overflowAnchor = ''
    if (finger !== null) clearTimeout(finger)
  })
  return { hold: { pointerenter: take, pointerdown: take, pointerleave: leave }, running, ended }
}
