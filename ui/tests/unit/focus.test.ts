import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { keepFocus } from '../../src/shared/desk/focus'

let end: () => void
const page = (html: string) => {
  document.body.innerHTML = `<main>${html}</main>`
}
const of = (id: string) => document.getElementById(id) as HTMLElement
/** Observers are told after what changed. */
const changed = () => new Promise((done) => setTimeout(done, 0))

beforeEach(() => {
  HTMLElement.prototype.getClientRects = () => [{}] as unknown as DOMRectList // nothing is laid out here
  end = keepFocus(() => document.querySelector('main'))
})
afterEach(() => end())

describe('the focus', () => {
  it('goes on with what can be pressed next when a key took its button away', async () => {
    page('<ul><li id="row"><button id="a">a</button><button id="b">b</button></li></ul>')
    of('a').focus()
    of('a').click()
    of('a').remove()
    await changed()
    expect(document.activeElement?.id).toBe('b')
  })

  it('stays where the next key does nothing when its field went by itself', async () => {
    page('<ul><li id="row"><input id="a"><button id="b">b</button></li></ul>')
    of('a').focus()
    of('a').remove()
    await changed()
    expect(document.activeElement?.id).toBe('row')
  })

  it('is on a row again that was moved', async () => {
    page('<ul id="list"><li id="one"><button id="a">a</button></li><li id="two"></li></ul>')
    of('a').focus()
    of('list').append(of('one'))
    of('a').blur() // as a browser does
    await changed()
    expect(document.activeElement?.id).toBe('a')
  })

  it('is not taken back from whoever tapped beside everything', async () => {
    page('<p id="text">text</p><button id="a">a</button>')
    of('a').focus()
    of('text').dispatchEvent(new Event('pointerdown', { bubbles: true }))
    of('a').blur()
    of('a').remove()
    await changed()
    expect(document.activeElement).toBe(document.body)
  })
})
