import { createRouter, createWebHistory, type Router } from 'vue-router'
import Attempt from './pages/Attempt.vue'
import Consent from './pages/Consent.vue'
import Items from './pages/Items.vue'
import Login from './pages/Login.vue'
import Orders from './pages/Orders.vue'
import Reset from './pages/Reset.vue'
import Rules from './pages/Rules.vue'
import Submit from './pages/Submit.vue'

// Every page of the exam comes with the first load: whoever loses the network
// in the middle of it still gets from page to page. What is only needed before
// the clock runs, and the recorder, comes by itself right after the first load
// (fetchRest).

const early = {
  in: () => import('./pages/In.vue'),
  info: () => import('./pages/Info.vue'),
  ticket: () => import('./pages/Ticket.vue'),
  check: () => import('./pages/Check.vue'),
  guide: () => import('./pages/Guide.vue'),
  secure: () => import('./pages/Secure.vue'),
  record: () => import('./pages/Record.vue'),
}

/** Fetches the pages that the first load left out; a failure is tried again when one is opened. */
export async function fetchRest(): Promise<void> {
  await Promise.all(Object.values(early).map((page) => page().catch(() => undefined)))
}

export function createRoutes(): Router {
  return createRouter({
    history: createWebHistory('/'),
    scrollBehavior: (_to, _from, saved) => saved ?? { left: 0, top: 0 },
    routes: [
      { path: '/', redirect: '/orders' },
      { path: '/login', name: 'login', component: Login },
      { path: '/orders', name: 'orders', component: Orders },
      { path: '/in', name: 'in', component: early.in },
      { path: '/orders/:order', name: 'info', component: early.info, props: true },
      { path: '/orders/:order/ticket', name: 'ticket', component: early.ticket, props: true },
      { path: '/orders/:order/check', name: 'check', component: early.check, props: true },
      { path: '/orders/:order/guide', name: 'guide', component: early.guide, props: true },
      { path: '/secure', name: 'secure', component: early.secure },
      { path: '/guide', name: 'guide_alone', component: early.guide },
      { path: '/orders/:order/rules', name: 'rules', component: Rules, props: true },
      { path: '/orders/:order/consent', name: 'consent', component: Consent, props: true },
      {
        path: '/attempts/:id',
        component: Attempt,
        props: true,
        children: [
          { path: '', name: 'attempt', component: Items },
          { path: 'submit', name: 'submit', component: Submit },
          { path: 'reset', name: 'reset', component: Reset },
          { path: 'record/:item', name: 'record', component: early.record, props: true },
        ],
      },
      { path: '/:rest(.*)*', redirect: '/orders' },
    ],
  })
}
