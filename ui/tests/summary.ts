// What a run of Vitest came to, for the closing lines of `make test`.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Reporter, TestModule } from 'vitest/node'

/** Writes build/tests/ui-NAME.json: how many passed and failed, and what was skipped and why. */
export class Summary implements Reporter {
  constructor(private readonly name: string) {}

  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const count = (state: string) => tests.filter((test) => test.result().state === state).length
    const skipped = tests.flatMap((test) => {
      const result = test.result()
      return result.state === 'skipped' ? [{ name: `${test.module.relativeModuleId}: ${test.fullName}`, why: result.note ?? '' }] : []
    })
    const file = fileURLToPath(new URL(`../../build/tests/ui-${this.name}.json`, import.meta.url))
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, JSON.stringify({ passed: count('passed'), failed: count('failed'), skipped }))
  }
}
