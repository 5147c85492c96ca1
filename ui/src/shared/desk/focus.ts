// Where the keyboard is. A browser forgets it when what has the focus is
// disabled, as a button is while its act runs, or moved, or gone with what was
// asked: whoever works without a mouse would press keys into nothing.
import type { ObjectDirective } from 'vue'

const FOCUSABLE = 'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), summary, [tabindex]'
/** Milliseconds after a key pressed a button in which what goes is its doing. */
const PRESSED = 10_000

const isNowhere = () => document.activeElement === document.body || document.activeElement === null
const canHave = (one: HTMLElement) => one.tabIndex >= 0 && one.getClientRects().length > 0
const focusables = (room: ParentNode) => [...room.querySelectorAll<HTMLElement>(FOCUSABLE)].filter(canHave)

/** Focuses what nobody can tab to: the next Tab goes on from there. */
function land(on: HTMLElement): void {
  if (!on.hasAttribute('tabindex')) on.tabIndex = -1
  on.focus({ preventScroll: true })
}

/** The change that took `lost` out of the page; its target is still there. */
function holeOf(lost: Node, changes: readonly MutationRecord[]): MutationRecord | undefined {
  for (const change of changes) {
    if (![...change.removedNodes].some((node) => node.contains(lost))) continue
    if (change.target.isConnected) return change
    lost = change.target
  }
  return undefined
}

/** What can be focused next after the hole. */
function beside({ target, previousSibling }: MutationRecord, room: HTMLElement): HTMLElement | undefined {
  const before = previousSibling?.isConnected ? previousSibling : null
  const isAfter = (one: HTMLElement) => {
    const at = (before ?? target).compareDocumentPosition(one)
    return (at & Node.DOCUMENT_POSITION_FOLLOWING) !== 0 && !(before && at & Node.DOCUMENT_POSITION_CONTAINED_BY)
  }
  return focusables(room).find(isAfter)
}

/**
 * Keeps the focus in the page: on a button that was disabled meanwhile, on a row
 * that was moved, and beside what went. What went by a key leads to what can be
 * pressed next; what went by itself leads to its surroundings, where the key that
 * was meant for it does nothing. The answer ends it.
 */
export function keepFocus(room: () => HTMLElement | null): () => void {
  let last: HTMLElement | null = null
  let waits = false
  let pressed = -Infinity

  function came({ target }: FocusEvent): void {
    if (target !== last) pressed = -Infinity
    last = target as HTMLElement
    waits = false
  }

  function press({ target, detail, timeStamp }: MouseEvent): void {
    const byKey = detail === 0
    if (byKey && target instanceof Element && target.closest('button, a, summary')) pressed = timeStamp
  }

  /** A finger or a mouse beside everything leaves by will. */
  function leave({ target }: PointerEvent): void {
    if (target instanceof Element && !target.closest(`${FOCUSABLE}, label`)) last = null
  }

  function restore(changes: MutationRecord[]): void {
    if (!last) return
    const disabled = last.matches(':disabled')
    waits ||= disabled
    if (!isNowhere()) return
    const hole = holeOf(last, changes)
    if (last.isConnected) {
      if (!disabled && (waits || hole)) last.focus({ preventScroll: true })
      return
    }
    const inside = room()
    if (!hole || !inside?.contains(hole.target)) return
    const then = performance.now() - pressed < PRESSED ? beside(hole, inside) : undefined
    if (then) then.focus()
    else land((hole.target as HTMLElement).closest<HTMLElement>('li, form, section, article') ?? inside)
  }

  const watched = new MutationObserver(restore)
  watched.observe(document.body, { subtree: true, childList: true, attributeFilter: ['disabled'] })
  document.addEventListener('focusin', came)
  document.addEventListener('click', press, true)
  document.addEventListener('pointerdown', leave, true)
  return () => {
    watched.disconnect()
    document.removeEventListener('focusin', came)
    document.removeEventListener('click', press, true)
    document.removeEventListener('pointerdown', leave, true)
  }
}

/** From where each was opened. */
const openers = new WeakMap<HTMLElement, Element | null>()
const closing = new WeakSet<HTMLElement>()

/**
 * A form or question that opens below its button takes the focus, on its first
 * field, and gives it back when it closes. A finger opens no keyboard by that.
 * `.box`: the focus is on the question itself, so that a key that is held down
 * answers nothing.
 */
export const vInto: ObjectDirective<HTMLElement, undefined, 'box'> = {
  mounted(form, { modifiers }) {
    const opener = document.activeElement
    openers.set(form, opener)
    if (!opener?.matches(':focus-visible') && !matchMedia('(pointer: fine)').matches) return
    const [first] = modifiers.box ? [] : form.matches('input') ? [form] : focusables(form)
    if (first) first.focus()
    else land(form)
  },
  beforeUnmount(form) {
    if (form.contains(document.activeElement) || isNowhere()) closing.add(form)
  },
  unmounted(form) {
    const opener = openers.get(form)
    if (closing.has(form) && opener instanceof HTMLElement && opener.isConnected) opener.focus()
  },
}
