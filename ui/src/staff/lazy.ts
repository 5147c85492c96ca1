// A page that is fetched when it is first opened. One that cannot be fetched
// says so in its place, and comes by itself once the server answers again.
import { defineAsyncComponent, h, shallowRef, type Component } from 'vue'
import { answers, whenBack } from '../shared/desk/server'
import PageWaits from './PageWaits.vue'

/** Milliseconds before a page that is only slow says that it is being opened. */
const SLOW = 300

export function lazy(loader: () => Promise<{ default: Component }>): Component {
  const retry = shallowRef<(() => void) | null>(null)
  return defineAsyncComponent({
    loader: async () => (await loader()).default,
    delay: SLOW,
    loadingComponent: { render: () => h(PageWaits, { retry: retry.value }) },
    onError(_error, again, _fail, tries) {
      const unwatch = whenBack(() => retry.value?.())
      retry.value = () => {
        unwatch()
        retry.value = null
        again()
      }
      // A moment's failure is over by now; a page that the server does not have stays away.
      if (tries === 1) void answers().then((there) => there && retry.value?.())
    },
  })
}
