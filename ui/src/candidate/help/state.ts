// What the phone says of itself with «I need help» (R30), as far as its
// browser tells. What it does not tell is left out.

import type { HelpState } from '../../shared/api/types'
import type { Job } from '../uploads/queue'
import { batteryOf } from '../way/checks'

interface Connection {
  type?: string
  effectiveType?: string
}

function connection(): string | undefined {
  if (!navigator.onLine) return 'offline'
  const told = (navigator as Navigator & { connection?: Connection }).connection
  return told?.type ?? told?.effectiveType
}

/** The upload that staff should know of: the one that runs or waits, else the last one. */
function uploadOf(jobs: readonly Job[], nameOf: (item: string) => string): HelpState['upload'] {
  const job = jobs.find(({ state }) => ['sending', 'waiting', 'failed', 'paused'].includes(state)) ?? jobs[0]
  if (!job) return undefined
  const percent = job.file.size > 0 ? Math.min(100, Math.floor((job.sent / job.file.size) * 100)) : 0
  return { item: nameOf(job.item).slice(0, 64), state: job.state, percent }
}

export async function helpState(page: string, jobs: readonly Job[], nameOf: (item: string) => string, lastError: string | undefined): Promise<HelpState> {
  const battery = await batteryOf()
  return {
    page: page.slice(0, 32),
    battery_percent: battery ? Math.round(battery.level * 100) : undefined,
    charging: battery?.charging,
    connection: connection(),
    upload: uploadOf(jobs, nameOf),
    last_error: lastError,
    visible: document.visibilityState === 'visible',
  }
}
