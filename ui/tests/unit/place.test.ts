import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { effectScope, ref } from 'vue'
import { usePlace } from '../../src/province/usePlace'
import { goneSince } from '../../src/shared/desk/server'
import type { Centre, ProvinceClip } from '../../src/shared/api/types'

afterEach(() => {
  vi.unstubAllGlobals()
  location.hash = ''
})

const clip = { id: 'c1', findings: [] } as unknown as ProvinceClip

function at(hash: string, answer: () => Response) {
  vi.stubGlobal('fetch', async () => answer())
  location.hash = hash
  const scope = effectScope()
  return { scope, place: scope.run(() => usePlace(ref([{ centre: 'jinan' }] as Centre[])))! }
}

const failed = () => {
  throw new TypeError('no line')
}

describe('the place that the address names', () => {
  it('says that its clip cannot be read, and reads it when the server is back', async () => {
    let there = false
    const { scope, place } = at('jinan/c1', () => (there ? new Response(JSON.stringify({ clips: [clip] })) : failed()))
    await flushPromises()
    expect(place.problem.value?.code).toBe('offline')
    there = true
    goneSince.value = 1
    await flushPromises()
    goneSince.value = null
    await flushPromises()
    expect(place.problem.value).toBeNull()
    expect(place.open.value?.id).toBe('c1')
    scope.stop()
  })

  it('goes back only to where somebody came from', async () => {
    const back = vi.spyOn(history, 'back').mockImplementation(() => undefined)
    const { scope, place } = at('jinan/c1', failed)
    await flushPromises()
    place.show(clip) // by the list, with the address as it was
    place.close()
    expect(back).not.toHaveBeenCalled()
    location.hash = 'jinan'
    dispatchEvent(new HashChangeEvent('hashchange')) // the browser's own comes later
    await flushPromises()
    place.show(clip)
    place.close()
    expect(back).toHaveBeenCalledOnce()
    scope.stop()
  })
})
