import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import zhCN from '../../locales/zh-CN.json'
import Preview from '../../src/candidate/parts/Preview.vue'
import { clipWord } from '../../src/candidate/parts/clipState'
import type { Clip } from '../../src/shared/api/types'
import { show } from './show'

const words = zhCN.candidate.preview
const NETWORK = 2
const NOT_SUPPORTED = 4

const clip = (more: Partial<Clip>): Clip => ({
  id: 'c', state: 'examined', size: 1, name: 'a.mp4', hints: [], previewed: false, playable: true, rendition: false, received_at: '', ...more,
})

async function open(shown: Partial<Clip>) {
  const props = { item: { id: '1', name: '乐曲', kind: 'piece' }, clip: clip(shown), holds: true }
  const page = show(Preview, props, { stubs: { VanPopup: { template: '<div><slot /></div>' }, BottomSheetHead: true } })
  await vi.waitFor(() => expect(page.find('.points, .note').exists()).toBe(true)) // it comes after the sheet's frame
  const source = () => page.find('video').attributes('src')
  const fail = async (code: number) => {
    Object.defineProperty(page.find('video').element, 'error', { value: { code } })
    await page.find('video').trigger('error')
  }
  const again = () => page.findAll('button').find((button) => button.text() === zhCN.common.try_again)!.trigger('click')
  return { page, source, fail, again }
}

let asked: string[] = []
beforeEach(() => {
  asked = []
  vi.stubGlobal('fetch', (url: string | Request) => {
    asked.push(typeof url === 'string' ? url : url.url)
    return Promise.reject(new TypeError('no network'))
  })
})
afterEach(() => vi.unstubAllGlobals())

describe('the preview', () => {
  it('R12: asks for what somebody waits for before all else, and says about how long it takes', async () => {
    const { page, fail } = await open({ playable: false, converting: true, ready_in_seconds: 17 })
    expect(asked).toEqual([])
    await fail(NOT_SUPPORTED)
    expect(page.text()).toContain(words.converting)
    expect(page.text()).toContain(zhCN.candidate.wait.about.replace('{time}', '20 秒'))
    expect(asked).toEqual(['/api/v1/clips/c/want'])
  })

  it('R12: says that a video was not loaded, and tries again, where only the network failed', async () => {
    for (const shown of [{ playable: true }, { playable: false }, { state: 'received', playable: false }] as const) {
      const { page, source, fail, again } = await open(shown)
      await fail(NETWORK)
      expect(page.text()).toContain(words.failed)
      expect(page.find('video').exists()).toBe(false)
      await again()
      expect(source()).toBe('/api/v1/clips/c/video')
      expect(page.text()).not.toContain(words.failed)
    }
  })

  it('R12: waits for no rendition where none is ever made', async () => {
    const { page, fail } = await open({ playable: true })
    await fail(NOT_SUPPORTED)
    expect(page.text()).toContain(words.failed)
    expect(page.text()).not.toContain(words.converting)
  })

  it('R12: blames no network, and asks nobody to watch, where the phone cannot play what the machine could not look at', async () => {
    const withoutPicture = async ({ page }: Awaited<ReturnType<typeof open>>) => {
      Object.defineProperty(page.find('video').element, 'videoWidth', { value: 0 })
      await page.find('video').trigger('loadedmetadata')
    }
    for (const end of [(opened: Awaited<ReturnType<typeof open>>) => opened.fail(NOT_SUPPORTED), withoutPicture]) {
      const opened = await open({ state: 'unexaminable', playable: false })
      await end(opened)
      expect(opened.page.text()).toContain(words.unplayable)
      for (const other of [words.failed, words.converting, words.unchecked, zhCN.common.try_again]) expect(opened.page.text()).not.toContain(other)
    }
    const { page, fail, again, source } = await open({ state: 'unexaminable', playable: false })
    await fail(NETWORK)
    expect(page.text()).toContain(words.failed)
    await again()
    expect(source()).toBe('/api/v1/clips/c/video')
  })

  it('R12: says that a format is being converted, plays it when it is ready, and can be tried before', async () => {
    const { page, source, fail, again } = await open({ playable: false, converting: true })
    await fail(NOT_SUPPORTED)
    await page.setProps({ clip: clip({ playable: false, converting: true }) }) // the next poll, and nothing is new
    expect(page.text()).toContain(words.converting)
    await again()
    expect(source()).toBe('/api/v1/clips/c/video')
    await fail(NOT_SUPPORTED)
    await page.setProps({ clip: clip({ playable: false, rendition: true }) })
    expect(source()).toBe('/api/v1/clips/c/video?as=rendition')
    await fail(NOT_SUPPORTED)
    expect(page.text()).toContain(words.failed)
  })

  it('R12: plays on by itself when a clip that was tried too early turns out to be playable', async () => {
    const { page, source, fail } = await open({ state: 'received', playable: false, converting: true })
    await fail(NOT_SUPPORTED)
    await page.setProps({ clip: clip({ playable: true }) })
    expect(source()).toBe('/api/v1/clips/c/video')
  })

  it('R12: shows beginning and end until the whole is ready, and says so', async () => {
    const { page, source, fail } = await open({ state: 'received', playable: false, converting: true })
    await fail(NOT_SUPPORTED)
    await page.setProps({ clip: clip({ playable: false, converting: true, preview: true }) })
    expect(source()).toBe('/api/v1/clips/c/video?as=preview')
    expect(page.text()).toContain(words.preview)
    await page.setProps({ clip: clip({ playable: false, preview: true, rendition: true }) })
    expect(source(), 'nobody is interrupted').toBe('/api/v1/clips/c/video?as=preview')
    expect((await open({ playable: false, preview: true, rendition: true })).source()).toBe('/api/v1/clips/c/video?as=rendition')
  })

  it('R12: waits for nothing that will not come: the job is parked', async () => {
    const { page, fail } = await open({ playable: false, converting: true })
    await fail(NOT_SUPPORTED)
    await page.setProps({ clip: clip({ playable: false }) })
    expect(page.text()).toContain(words.unplayable)
  })

  it('R12: leaves «cannot be played» as soon as there is something to play, or somebody tries again', async () => {
    const unplayable = async () => {
      const opened = await open({ state: 'received', playable: false })
      await opened.fail(NOT_SUPPORTED)
      expect(opened.page.text()).toContain(words.unplayable)
      return opened
    }
    const later: [Partial<Clip>, string][] = [
      [{ preview: true }, '?as=preview'],
      [{ rendition: true }, '?as=rendition'],
      [{ state: 'examined', playable: true }, ''],
    ]
    for (const [news, as] of later) {
      const { page, source } = await unplayable()
      await page.setProps({ clip: clip({ playable: false, ...news }) })
      expect(source()).toBe(`/api/v1/clips/c/video${as}`)
    }
    const { page } = await unplayable()
    await page.setProps({ clip: clip({ state: 'received', playable: false, converting: true }) })
    expect(page.text()).toContain(words.converting)
  })

  it('R19: calls a clip broken only where it is, not where the machine could not look at it', async () => {
    const broken = await open({ state: 'unexaminable', hints: ['unreadable'], playable: false })
    expect(broken.page.text()).toContain(words.unreadable)
    expect(broken.page.find('video').exists()).toBe(false)
    expect(broken.page.find('.main-act').text()).toBe(zhCN.candidate.item.replace)

    const unchecked = await open({ state: 'unexaminable', hints: [], playable: false })
    expect(unchecked.page.text()).toContain(words.unchecked)
    expect(unchecked.page.text()).not.toContain(words.unreadable)
    expect(unchecked.source()).toBe('/api/v1/clips/c/video')
  })

  it('R19: the item’s card says the same', async () => {
    expect(clipWord(clip({ state: 'unexaminable', hints: ['unreadable'] }))).toBe('unexaminable')
    expect(clipWord(clip({ state: 'unexaminable' }))).toBe('unchecked')
    expect(clipWord(clip({ state: 'examined' }))).toBe('examined')
  })

  it('a clip that turns out to be broken while it is looked at is not shown on', async () => {
    const { page } = await open({ state: 'received', playable: false })
    await page.setProps({ clip: clip({ state: 'unexaminable', hints: ['unreadable'], playable: false }) })
    expect(page.text()).toContain(words.unreadable)
    expect(page.find('video').exists()).toBe(false)
  })
})
