import { defineConfig } from 'vitest/config'
import { Summary } from './tests/summary.ts'

// The tests in Chromium, against the real programs in ../bin.
export default defineConfig({
  test: {
    environment: 'node',
    reporters: ['default', new Summary('browser')],
    include: ['tests/outside/**/*.test.ts', 'tests/phone/**/*.test.ts', 'tests/staff/**/*.test.ts'],
    fileParallelism: false,
    hookTimeout: 180_000,
  },
})
