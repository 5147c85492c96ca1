import { inject, shallowRef, type InjectionKey, type ShallowRef } from 'vue'
import { ApiError } from '../shared/api/http'
import type { Me } from '../shared/api/types'
import { api } from './api'
import { PREFIX, recall, remember } from './way/memory'

/** Who is logged in on this device: null for nobody, undefined while it is not known yet. */
export interface Who {
  readonly me: ShallowRef<Me | null | undefined>
  /** Asks the server; without network the known state stays. */
  check(): Promise<void>
}

export const whoKey: InjectionKey<Who> = Symbol('who')

export function createWho(): Who {
  const me = shallowRef<Me | null | undefined>(undefined)
  return {
    me,
    async check() {
      try {
        me.value = await api.me()
      } catch (thrown) {
        if (thrown instanceof ApiError && thrown.status === 401) me.value = null
      }
    },
  }
}

const HERE = `${PREFIX}me`
/** Of its log-in, the first order. */
const FIRST = `${HERE}1`

/** Whose pages this tab shows, over a reload; null: nobody's yet. A log-in by hand changes it without a question. */
export const ownName = {
  get: () => inTab((tab) => tab.getItem(HERE)),
  set: (name: string) =>
    inTab((tab) => {
      tab.setItem(HERE, name)
      tab.setItem(FIRST, recall('login').split(' ')[0]!)
    }),
  forget: () => inTab((tab) => tab.removeItem(HERE)),
  /** Whether who is logged in now is somebody else, perhaps of the same name: then none of the orders is the same. */
  isOther: (name: string) => inTab((tab) => tab.getItem(HERE) !== name || !recall('login').includes(tab.getItem(FIRST)!)),
}

const RAN = `${PREFIX}ran`

/** Whether the exam of the one whose pages these were ran when another one logged in, over a reload. */
export const ownExam = {
  ran: () => inTab((tab) => tab.getItem(RAN)) !== null,
  set: (ran: boolean) => inTab((tab) => (ran ? tab.setItem(RAN, 'yes') : tab.removeItem(RAN))),
}

/** A browser that keeps nothing tells nothing. */
function inTab<Kept>(act: (tab: Storage) => Kept): Kept | null {
  try {
    return act(sessionStorage)
  } catch {
    return null
  }
}

/** Tells this browser's other tabs who logged in: by the orders, which are nobody else's. */
export function tellLogin(orders: readonly { id: string }[]): void {
  ownName.forget()
  remember('login', orders.map(({ id }) => id).join(' ') || ` ${Date.now()}`)
}

/** Hears that somebody else logged in in another tab: all tabs of a browser are one person's to the server. */
export function hearLogin(listen: () => void): () => void {
  const hear = ({ key, oldValue, newValue }: StorageEvent) => {
    if (key === `${PREFIX}login` && newValue !== oldValue) listen()
  }
  addEventListener('storage', hear)
  return () => removeEventListener('storage', hear)
}

export function useWho(): Who {
  const who = inject(whoKey)
  if (!who) throw new Error('nobody is provided')
  return who
}
