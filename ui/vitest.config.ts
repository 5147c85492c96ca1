import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'
import { Summary } from './tests/summary.ts'

export default defineConfig({
  plugins: [vue()],
  test: {
    environment: 'happy-dom',
    reporters: ['default', new Summary('unit')],
    include: ['tests/unit/**/*.test.ts'],
    // Their modules import style sheets, which Node itself cannot.
    server: { deps: { inline: ['vant', 'element-plus'] } },
  },
})
