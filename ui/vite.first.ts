// The candidate's first load: what is in the page itself, and what is left out
// of it. The page carries a frame of the log-in that is drawn before any script
// is there, in both languages; a small script shows the chosen one. Nothing waits for that script, which may stall. The policy
// of the pages lets no script stand in a page, so that one is a file, too.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'

type Words = { [key: string]: string | Words }

const languages = ['zh-CN', 'en'] as const
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const read = (path: string) => readFileSync(here(path), 'utf8')

/** What can be said before the other pages are there. */
export const FIRST = [
  'common',
  'candidate.app',
  ...['title', 'waiting', 'broken', 'no_answer'].map((key) => `candidate.late.${key}`), // the rest is the frame's
  'candidate.login',
  ...['wrong_login', 'too_many_tries', 'too_many_tries_plain', 'login_needed', 'device_not_allowed', 'device_not_allowed_plain', 'origin_refused', 'invalid_request',
    'too_many_connections', 'server_busy', 'storage_failed', 'disk_full', 'internal', 'offline', 'no_answer', 'unknown'].map((code) => `error.${code}`),
]

/** The part of all words that stands below the given keys. */
export function firstWords(all: Words, keys: readonly string[] = FIRST): Words {
  const first: Words = {}
  for (const key of keys) {
    const path = key.split('.')
    const last = path.pop() ?? ''
    let from = all
    let to = first
    for (const step of path) {
      from = from[step] as Words
      to = (to[step] ??= {}) as Words
    }
    const found = from[last]
    if (found === undefined) throw new Error(`no words for «${key}»`)
    to[last] = found
  }
  return first
}

/** Words of the log-in alone: `import words from '….json?first'`. */
export function firstWordsOnly(): Plugin {
  return {
    name: 'first-words',
    enforce: 'pre',
    load(id) {
      if (!id.endsWith('.json?first')) return null
      const file = id.slice(0, -'?first'.length)
      this.addWatchFile(file)
      return { code: `export default ${JSON.stringify(firstWords(JSON.parse(readFileSync(file, 'utf8')) as Words))}`, moduleType: 'js' }
    },
  }
}

const inBoth = (key: string) => languages.map((language) => `<span lang="${language}">${wordOf(language, key)}</span>`).join('')

function wordOf(language: string, key: string): string {
  const found = key.split('.').reduce<string | Words | undefined>((words, step) => (typeof words === 'object' ? words[step] : undefined), JSON.parse(read(`locales/${language}.json`)) as Words)
  if (typeof found !== 'string') throw new Error(`no words for «${key}»`)
  return found.replace(/&/g, '&amp;').replace(/</g, '&lt;')
}

/** Puts the frame's words and style into the page, its script beside it, and the names of all other scripts into a «meta». */
export function frame(): Plugin {
  const script = read('src/candidate/frame.js').replace(/^\s*\/\/.*\n/gm, '').replace(/^\s+/gm, '')
  const fileName = `assets/frame-${createHash('sha256').update(script).digest('hex').slice(0, 8)}.js`
  return {
    name: 'frame',
    generateBundle() {
      this.emitFile({ type: 'asset', fileName, source: script })
    },
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle }) {
        const filled = html
          .replace('<!--frame.css-->', () => `<style>${squeezed(read('src/candidate/frame.css'))}</style>`)
          .replace(/\{\{([a-z_.]+)\}\}/g, (_all, key: string) => inBoth(key))
          .replace('<!--frame.js-->', `<script async src="/${bundle ? fileName : 'frame.js'}"></script>`)
        if (!bundle) return filled
        // A worker's script is no chunk: the recorder asks for it when a camera is open, and goes on without.
        const lazy = Object.values(bundle).filter(({ type, fileName: name }) => type === 'chunk' && !filled.includes(name)).map(({ fileName: name }) => name)
        return stylesLater(filled.replace('<!--rest-->', `<meta name="rest" content="${lazy.map((name) => `/${name}`).join(' ')}" />`))
      },
    },
  }
}

/** A style sheet in the head keeps everything from being drawn: it comes after the frame, which has its own. */
function stylesLater(html: string): string {
  const sheets = html.match(/\s*<link rel="stylesheet"[^>]*>/g) ?? []
  return sheets.reduce((page, sheet) => page.replace(sheet, ''), html).replace('<!--styles-->', sheets.join(''))
}

const squeezed = (css: string) => css.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\s+/g, ' ').replace(/ ?([{};:,>]) ?/g, '$1').trim()
