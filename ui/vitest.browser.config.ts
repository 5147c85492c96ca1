import { defineConfig } from 'vitest/config'

// The tests in Chromium, against the real programs in ../bin.
export default defineConfig({
  test: {
    environment: 'node',
    include: ['tests/outside/**/*.test.ts', 'tests/phone/**/*.test.ts', 'tests/staff/**/*.test.ts'],
    fileParallelism: false,
    hookTimeout: 180_000,
  },
})
