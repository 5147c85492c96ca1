// What was built, if it was: size and what the pages' policy would refuse.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { parse, type AnyNode } from 'acorn'
import { full } from 'acorn-walk'
import { beforeEach, describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
const apps = { candidate: 'centre/dist/candidate', staff: 'centre/dist/staff', province: 'province/dist' }
const built = Object.values(apps).every((folder) => existsSync(join(root, folder, 'index.html')))

const page = (folder: string) => readFileSync(join(root, folder, 'index.html'), 'utf8')
const assets = (folder: string) => readdirSync(join(root, folder, 'assets')).map((name) => ({ name, text: readFileSync(join(root, folder, 'assets', name), 'utf8') }))

/** The bytes of everything that the first page brings along, compressed. */
function firstLoad(folder: string): number {
  const named = [...page(folder).matchAll(/(?:src|href)="\/(?:staff\/)?(assets\/[^"]+)"/g)].map((match) => match[1] ?? '')
  const files = [join(root, folder, 'index.html'), ...named.map((name) => join(root, folder, name))]
  return files.reduce((sum, file) => sum + gzipSync(readFileSync(file)).length, 0)
}

/**
 * Methods and globals that Chrome 80 or Safari of iOS 14 do not have. Those
 * that Vue only hands on for arrays (toSorted …) cannot be told apart here; our
 * own sources are held to ES2020 by tsconfig.json.
 */
const TOO_NEW = [
  'replaceAll', 'hasOwn', 'findLast', 'findLastIndex', 'structuredClone', 'randomUUID', 'withResolvers', 'groupBy',
  'throwIfAborted', 'replaceChildren', 'showPicker', 'checkVisibility', 'WeakRef', 'FinalizationRegistry', 'CompressionStream',
]

/** What of a script is too new, in the words of the script. */
function tooNew(text: string): string[] {
  const found: string[] = []
  const note = (node: AnyNode) => found.push(text.slice(Math.max(0, node.start - 30), node.end + 30))
  full(parse(text, { ecmaVersion: 2020, sourceType: 'module' }), (node) => {
    const any = node as AnyNode
    if (any.type === 'Identifier' && TOO_NEW.includes(any.name)) note(any)
    if (any.type === 'MemberExpression' && !any.computed && any.property.type === 'Identifier' && TOO_NEW.includes(any.property.name)) note(any)
    // [].at(-1): a property «at» of our own is never called.
    if (any.type === 'CallExpression' && any.callee.type === 'MemberExpression' && any.callee.property.type === 'Identifier' && any.callee.property.name === 'at') note(any)
    if (any.type === 'Literal' && 'regex' in any && any.regex && /\(\?<[=!]/.test(any.regex.pattern)) note(any)
  })
  return found
}

it('what is too new for old phones is recognised', () => {
  for (const text of ['list.at(-1)', 'name.replaceAll("a", "b")', 'Object.hasOwn(a, "b")', '/(?<=a)b/.test(c)', 'structuredClone(a)']) expect(tooNew(text), text).not.toEqual([])
  expect(tooNew('const { at } = sample; sample.at; a?.b ?? c; /(?<name>a)/.test(b)')).toEqual([])
  expect(() => tooNew('a ||= b')).toThrow()
})

describe('the built pages', () => {
  beforeEach((context) => context.skip(!built, 'the pages are not built: npm run build'))

  it('the candidate’s first load is below 109 KB compressed', () => {
    expect(firstLoad(apps.candidate)).toBeLessThan(109_000)
  })

  it('of a rehearsal the first load has no more than where its page is', () => {
    const first = [...page(apps.candidate).matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map((match) => readFileSync(join(root, apps.candidate, match[1] ?? ''), 'utf8')).join('')
    expect(first.match(/ehearsal/g)).toHaveLength(1)
    expect(first).not.toContain('彩排')
  })

  it('the candidate’s page itself, whose frame is drawn first, is below 2 KB compressed', () => {
    expect(gzipSync(page(apps.candidate)).length).toBeLessThan(2_000)
  })

  it('every script of the candidate’s comes with the first load, or is named as one that comes after it, but for a camera’s', () => {
    const lazy = /<meta name="rest" content="([^"]+)"/.exec(page(apps.candidate))?.[1]?.split(' ') ?? []
    expect(lazy).not.toEqual([])
    for (const { name } of assets(apps.candidate)) {
      if (!name.endsWith('.js')) continue
      if (name.startsWith('faceWorker-')) {
        expect(lazy, 'who opens no camera does not wait for it').not.toContain(`/assets/${name}`)
        continue
      }
      const first = page(apps.candidate).includes(` src="/assets/${name}"`) || page(apps.candidate).includes(` href="/assets/${name}"`)
      expect([name, first !== lazy.includes(`/assets/${name}`)]).toEqual([name, true])
    }
  })

  it('the candidate’s frame is drawn before the style sheets come', () => {
    const [frame, sheet] = ['<div class="frame">', '<link rel="stylesheet"'].map((part) => page(apps.candidate).indexOf(part))
    expect(frame).toBeGreaterThan(0)
    expect(sheet).toBeGreaterThan(frame ?? Infinity)
  })

  it('no page has a script or a style of its own in it: the policy would refuse the script', () => {
    for (const folder of Object.values(apps)) {
      expect(page(folder)).not.toMatch(/<script(?![^>]*\ssrc=)/)
      expect(page(folder)).not.toMatch(/\son\w+=/)
    }
  })

  it('nothing is loaded from elsewhere', () => {
    for (const folder of Object.values(apps)) {
      expect(page(folder)).not.toMatch(/(?:src|href)="(?:https?:)?\/\//)
      for (const { name, text } of assets(folder)) {
        if (name.endsWith('.css')) expect(text, name).not.toMatch(/url\(["']?(?:https?:)?\/\/|@import/)
        if (name.endsWith('.css')) expect(text, name).not.toMatch(/@font-face/)
        if (name.endsWith('.js')) expect(text, name).not.toMatch(/\bnew Function\(|\beval\(/)
      }
    }
  })

  it('the candidate’s scripts keep to what Chrome 80 and iOS 14 know', () => {
    for (const { name, text } of assets(apps.candidate)) if (name.endsWith('.js')) expect(tooNew(text), name).toEqual([])
  })

  it('the candidate’s styles keep to what old phones know', () => {
    for (const { name, text } of assets(apps.candidate)) {
      if (name.endsWith('.css')) expect(text, name).not.toMatch(/aspect-ratio|:is\(|:where\(|@layer|@container/)
    }
  })
})
