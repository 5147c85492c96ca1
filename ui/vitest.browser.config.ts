import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'
import { Summary } from './tests/summary.ts'

// The tests in Chromium, against the real programs in ../bin.
export default defineConfig({
  plugins: [vue()], // the list of the staff's pages names components
  test: {
    environment: 'node',
    reporters: ['default', new Summary('browser')],
    include: ['tests/outside/**/*.test.ts', 'tests/phone/**/*.test.ts', 'tests/staff/**/*.test.ts'],
    maxWorkers: 2, // a file waits for its pages most of the time; more would starve the browsers
    server: { deps: { inline: ['element-plus'] } }, // its style sheets are none of Node's
    hookTimeout: 180_000,
    expect: { poll: { timeout: 30_000 } }, // a second, as it is else, is what a busy machine may not have
  },
})
