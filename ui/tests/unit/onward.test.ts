import { createMemoryHistory, createRouter } from 'vue-router'
import { describe, expect, it } from 'vitest'
import { onwardFrom } from '../../src/candidate/way/onward'

const page = { template: '<i />' }
const at = async (path: string) => {
  const router = createRouter({ history: createMemoryHistory(), routes: ['/submit', '/orders', '/receipt'].map((path) => ({ path, component: page })) })
  await router.push(path)
  return router
}

describe('the way on after an act', () => {
  it('is taken by whoever waited for it', async () => {
    const router = await at('/submit')
    await onwardFrom(router)('/receipt')
    expect(router.currentRoute.value.path).toBe('/receipt')
  })

  it('fetches nobody back who went elsewhere meanwhile', async () => {
    const router = await at('/submit')
    const onward = onwardFrom(router)
    await router.push('/orders')
    await onward('/receipt')
    expect(router.currentRoute.value.path).toBe('/orders')
  })
})
