import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  plugins: [vue()],
  test: {
    environment: 'happy-dom',
    include: ['tests/unit/**/*.test.ts'],
    // Their modules import style sheets, which Node itself cannot.
    server: { deps: { inline: ['vant', 'element-plus'] } },
  },
})
