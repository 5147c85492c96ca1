import type { RouteLocationRaw, Router } from 'vue-router'

/**
 * Navigation after an act whose answer takes a while, to be created before it
 * begins: a child who went elsewhere meanwhile stays there.
 */
export function onwardFrom(router: Router): (to: RouteLocationRaw, how?: 'replace' | 'push') => Promise<void> {
  const from = router.currentRoute.value.fullPath
  return async (to, how = 'replace') => {
    if (router.currentRoute.value.fullPath === from) await router[how](to)
  }
}
