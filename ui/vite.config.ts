// Three applications, one workspace: `vite build --mode candidate|staff|province`.
// Each goes into the folder of the Go package that embeds it. While working on
// one, `npx vite --mode candidate` serves it beside a running server.
import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig, type Plugin } from 'vite'
import { firstWordsOnly, frame } from './vite.first.ts'

const apps: Record<string, { base: string; out: string; server: string }> = {
  candidate: { base: '/', out: 'centre/dist/candidate', server: 'http://127.0.0.1:8080' },
  staff: { base: '/staff/', out: 'centre/dist/staff', server: 'http://127.0.0.1:8080' },
  province: { base: '/', out: 'province/dist', server: 'http://127.0.0.1:8081' },
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig(({ mode }) => {
  const app = apps[mode]
  if (!app) throw new Error(`unknown application «${mode}»; use --mode ${Object.keys(apps).join(', ')}`)
  return {
    root: here(`src/${mode}`),
    base: app.base,
    publicDir: here('public'),
    plugins: [vue(), withoutIconFont(), ...(mode === 'candidate' ? [firstWordsOnly(), frame()] : [])],
    define: {
      // Vant and our components are written with setup() alone; Element Plus is not.
      __VUE_OPTIONS_API__: mode !== 'candidate',
      __VUE_I18N_FULL_INSTALL__: false,
      __VUE_I18N_LEGACY_API__: false,
      __INTLIFY_PROD_DEVTOOLS__: false,
      __VUE_PROD_DEVTOOLS__: false,
    },
    build: {
      outDir: here(app.out),
      emptyOutDir: true,
      // The candidate's one style sheet comes with the first load: its order never changes.
      cssCodeSplit: mode !== 'candidate',
      modulePreload: { polyfill: false },
      target: ['chrome80', 'safari14'],
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 1500,
      reportCompressedSize: true,
    },
    server: { proxy: { '/api': app.server } },
  }
})

// Vant carries its icon font inside its style sheet. We draw our own icons,
// and the policy of the pages lets no font in from a data: address.
function withoutIconFont(): Plugin {
  return {
    name: 'without-icon-font',
    enforce: 'pre',
    transform(code, id) {
      if (!/vant\/(es|lib)\/.*\.css/.test(id)) return null
      return { code: code.replace(/@font-face\s*\{[^}]*\}/g, ''), map: null }
    },
  }
}
