// R6: what counts as having seen the rules.
import { describe, expect, it } from 'vitest'
import Pictures from '../../src/candidate/parts/rules/Pictures.vue'
import { playedThrough } from '../../src/candidate/parts/rules/played'
import { show } from './show'

const video = (duration: number, ...ranges: [number, number][]) => ({
  duration,
  played: { length: ranges.length, start: (i: number) => ranges[i]?.[0] ?? 0, end: (i: number) => ranges[i]?.[1] ?? 0 },
})

describe('R6: the video was played through', () => {
  it('when all of it was played, also in pieces', () => {
    expect(playedThrough(video(96, [0, 96]))).toBe(true)
    expect(playedThrough(video(96, [0, 40.2], [40.5, 95.4]))).toBe(true)
  })
  it('not when a part was jumped over, or when nothing is known', () => {
    expect(playedThrough(video(96, [0, 10], [90, 96]))).toBe(false)
    expect(playedThrough(video(96, [95.9, 96]))).toBe(false)
    expect(playedThrough(video(NaN, [0, 96]))).toBe(false)
    expect(playedThrough(video(0))).toBe(false)
  })
})

describe('R6: the pictures were turned to the last', () => {
  const pictures = ['one', 'two', 'three'].map((id) => ({ id, title: `title ${id}`, text: `text ${id}`, url: `/${id}.svg` }))

  it('says so at the last one only, by button, finger or key, and can be turned back', async () => {
    const part = show(Pictures, { pictures })
    const next = () => part.findAll('button')[1]
    expect(part.find('img').attributes('alt')).toBe('title one: text one')
    expect(part.findAll('button')[0]?.attributes('disabled')).toBeDefined()
    await next()?.trigger('click')
    expect(part.text()).toContain('text two')
    expect(part.emitted('turned')).toBeUndefined()
    await part.find('section').trigger('touchstart', { touches: [{ clientX: 300, clientY: 10 }] })
    await part.find('section').trigger('touchend', { changedTouches: [{ clientX: 290, clientY: 10 }] })
    expect(part.text(), 'a tap turns nothing').toContain('text two')
    await part.find('section').trigger('touchstart', { touches: [{ clientX: 300, clientY: 10 }] })
    await part.find('section').trigger('touchend', { changedTouches: [{ clientX: 100, clientY: 20 }] })
    expect(part.text()).toContain('text three')
    expect(part.emitted('turned')).toHaveLength(1)
    await part.find('section').trigger('keydown', { key: 'ArrowLeft' })
    expect(part.text()).toContain('text two')
  })
})
