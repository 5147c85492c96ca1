import { createRouter, createWebHistory, type Router } from 'vue-router'
import Login from './pages/Login.vue'
import Orders from './pages/Orders.vue'

export function createRoutes(): Router {
  return createRouter({
    history: createWebHistory('/'),
    scrollBehavior: (_to, _from, saved) => saved ?? { left: 0, top: 0 },
    routes: [
      { path: '/', redirect: '/orders' },
      { path: '/login', name: 'login', component: Login },
      { path: '/orders', name: 'orders', component: Orders },
      { path: '/orders/:order/rules', name: 'rules', component: () => import('./pages/Rules.vue'), props: true },
      { path: '/orders/:order/consent', name: 'consent', component: () => import('./pages/Consent.vue'), props: true },
      {
        path: '/attempts/:id',
        component: () => import('./pages/Attempt.vue'),
        props: true,
        children: [
          { path: '', name: 'attempt', component: () => import('./pages/Items.vue') },
          { path: 'submit', name: 'submit', component: () => import('./pages/Submit.vue') },
          { path: 'reset', name: 'reset', component: () => import('./pages/Reset.vue') },
        ],
      },
      { path: '/:rest(.*)*', redirect: '/orders' },
    ],
  })
}
