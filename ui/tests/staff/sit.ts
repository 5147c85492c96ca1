// A candidate's exam by the API, for tests of what the desk does with it.
import { readFileSync } from 'node:fs'
import type { Candidate, Centre } from '../phone/centre'
import { caller } from './centre'

export interface Sits {
  submits?: boolean
  /** Why they call for help. */
  calls?: string
  /** The file that they send; none where nothing is to be sent. */
  clip?: string
}

/** A candidate without face comparison begins an exam, sends one video and submits or leaves it; may call for help. Its id is returned. */
export async function sit(centre: Centre, who: Candidate, { submits, calls, clip }: Sits): Promise<string> {
  const call = caller(centre.url)
  await call('POST', '/login', { ticket: who.ticket, id_number: who.idNumber })
  const [order] = await call<{ id: string }[]>('GET', '/orders')
  await call('POST', `/orders/${order?.id}/consent`, { face: false })
  const rules = await call<{ rules_version: string }>('GET', `/orders/${order?.id}/rules`)
  const attempt = await call<{ id: string }>('POST', `/orders/${order?.id}/attempts`, { agreed: true, rules_version: rules.rules_version })
  if (clip) await send(call, attempt.id, clip)
  if (submits) await call('POST', `/attempts/${attempt.id}/submit`)
  if (calls) await call('POST', '/help', { reason: calls, page: 'attempt', attempt_id: attempt.id })
  return attempt.id
}

async function send(call: ReturnType<typeof caller>, attempt: string, clip: string): Promise<void> {
  const bytes = new Uint8Array(readFileSync(clip))
  const encode = (text: string) => Buffer.from(text).toString('base64')
  await call('POST', '/uploads', bytes, {
    'Tus-Resumable': '1.0.0',
    'Upload-Length': `${bytes.length}`,
    'Upload-Metadata': `attempt ${encode(attempt)},item ${encode('1')},filename ${encode('clip.mp4')}`,
    'Content-Type': 'application/offset+octet-stream',
  })
}
