import { createRouter, createWebHistory, type Router } from 'vue-router'
import Attempt from './pages/Attempt.vue'
import Consent from './pages/Consent.vue'
import Items from './pages/Items.vue'
import Login from './pages/Login.vue'
import Orders from './pages/Orders.vue'
import Reset from './pages/Reset.vue'
import Rules from './pages/Rules.vue'
import Submit from './pages/Submit.vue'

// Every page comes with the first load: whoever loses the network in the
// middle of an exam still gets from page to page.

export function createRoutes(): Router {
  return createRouter({
    history: createWebHistory('/'),
    scrollBehavior: (_to, _from, saved) => saved ?? { left: 0, top: 0 },
    routes: [
      { path: '/', redirect: '/orders' },
      { path: '/login', name: 'login', component: Login },
      { path: '/orders', name: 'orders', component: Orders },
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
        ],
      },
      { path: '/:rest(.*)*', redirect: '/orders' },
    ],
  })
}
