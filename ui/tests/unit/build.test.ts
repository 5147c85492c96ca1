// What was built, if it was: size and what the pages' policy would refuse.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'

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

describe.skipIf(!built)('the built pages (skipped before «npm run build»)', () => {
  it('the candidate’s first load is below 250 KB compressed', () => {
    expect(firstLoad(apps.candidate)).toBeLessThan(250_000)
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

  it('the candidate’s styles keep to what old phones know', () => {
    for (const { name, text } of assets(apps.candidate)) {
      if (name.endsWith('.css')) expect(text, name).not.toMatch(/aspect-ratio|:is\(|:where\(|@layer|@container/)
    }
  })
})
