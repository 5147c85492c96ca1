import type { RouteLocationRaw, Router } from 'vue-router'

/**
 * The way on after an act whose answer takes a while, to be asked for before
 * it begins: nobody who went elsewhere meanwhile is fetched from there.
 */
export function onwardFrom(router: Router): (to: RouteLocationRaw, how?: 'replace' | 'push') => Promise<void> {
  const from = router.currentRoute.value.fullPath
  return async (to, how = 'replace') => {
    if (router.currentRoute.value.fullPath === from) await router[how](to)
  }
}
