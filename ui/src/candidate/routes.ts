import { createRouter, createWebHistory, type Router } from 'vue-router'
import Login from './pages/Login.vue'
import type { Pages, PageLoader } from './pageLoader'
import { painted } from '../shared/painted'
import { wayOf } from './way/back'
import type { Who } from './who'

/** Only the log-in comes with the first load; the other pages come together (PageLoader). */
export function createRoutes(loader: PageLoader, who: Who): Router {
  const page = <Name extends keyof Pages>(name: Name) => () => loader.load().then((pages) => pages[name])
  const router = createRouter({
    history: createWebHistory('/'),
    scrollBehavior: (_to, _from, saved) => saved ?? { left: 0, top: 0 },
    routes: [
      { path: '/', redirect: '/orders' },
      { path: '/login', name: 'login', component: Login },
      { path: '/orders', name: 'orders', component: page('Orders') },
      { path: '/in', name: 'in', component: page('QrLogin') },
      { path: '/orders/:order', name: 'info', component: page('Info'), props: true },
      { path: '/orders/:order/ticket', name: 'ticket', component: page('Ticket'), props: true },
      { path: '/orders/:order/check', name: 'check', component: page('Check'), props: true },
      { path: '/orders/:order/practice', name: 'practice', component: page('Practice'), props: true },
      { path: '/orders/:order/guide', name: 'guide', component: page('Guide'), props: true },
      { path: '/secure', name: 'secure', component: page('Secure') },
      { path: '/r/:word', component: page('Rehearsal'), props: true },
      { path: '/loan', component: page('Loan') },
      { path: '/guide', name: 'guide_alone', component: page('Guide') },
      { path: '/orders/:order/rules', name: 'rules', component: page('Rules'), props: true },
      { path: '/orders/:order/consent', name: 'consent', component: page('Consent'), props: true },
      {
        path: '/attempts/:id',
        component: page('Attempt'),
        props: true,
        children: [
          { path: '', name: 'attempt', component: page('Items') },
          { path: 'submit', name: 'submit', component: page('Submit') },
          { path: 'reset', name: 'reset', component: page('Reset') },
          { path: 'record/:item', name: 'record', component: page('Record'), props: true },
        ],
      },
      { path: '/:rest(.*)*', redirect: '/orders' },
    ],
  })
  // A visitor who is not logged in need not wait for pages that only a candidate
  // sees.
  router.beforeEach(async (to, from) => {
    if (to.name !== 'orders' || from.matched.length > 0) return true
    await who.check()
    return who.me.value === null ? { name: 'login', query: { next: '/orders' }, replace: true } : true
  })
  // A slow phone needs longer to build a page than a tap may wait: the tap's own answer is drawn first. The phone's way back is no tap.
  router.beforeResolve((_to, from) => (from.matched.length > 0 && wayOf() === null ? painted() : undefined))
  router.onError((_thrown, to) => loader.reload(to.fullPath))
  return router
}
