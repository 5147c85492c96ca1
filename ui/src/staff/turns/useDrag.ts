// Rows of a room that are dragged to another place, or to another room. Nothing
// moves by that: who would is asked first, and shown.
import Sortable, { type SortableEvent } from 'sortablejs'
import { onBeforeUnmount, onMounted, watch, type Ref } from 'vue'
import type { TurnsDesk } from './useTurns'

/** `list` is the room's; it carries its number, and each row the order that it is. */
export function useDrag(list: Readonly<Ref<HTMLElement | null>>, desk: TurnsDesk, still: () => boolean) {
  let sortable: Sortable | undefined
  let behind: Node | null = null

  function begin({ item }: SortableEvent): void {
    desk.dragging.value = true // news that came meanwhile would draw the row away under the hand
    behind = item.nextSibling
  }

  function drop({ item, from, to, oldIndex, newIndex }: SortableEvent): void {
    const before = (item.nextElementSibling as HTMLElement | null)?.dataset['order']
    from.insertBefore(item, behind) // the rows are Vue's: they stand as the server has them
    desk.dragging.value = false
    if (from === to && oldIndex === newIndex) return
    void desk.look({ orders: [item.dataset['order'] ?? ''], hall: Number(to.dataset['hall']), before })
  }

  onMounted(() => {
    if (!list.value) return
    sortable = Sortable.create(list.value, { group: 'turns', handle: '.turns-grip', draggable: 'li', disabled: still(), forceFallback: true, fallbackTolerance: 3, scrollSensitivity: 90, scrollSpeed: 18, onStart: begin, onEnd: drop })
  })
  watch(still, (now) => sortable?.option('disabled', now))
  onBeforeUnmount(() => sortable?.destroy())
}
