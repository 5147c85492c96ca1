// A candidate's exam by the API, for tests of what the desk does with it.
import { readFileSync } from 'node:fs'
import type { Candidate, Centre } from '../phone/centre'
import { caller } from './centre'

/** A candidate without face comparison begins an exam, sends one video and submits or leaves it; may call for help. */
export async function sit(centre: Centre, who: Candidate, submits: boolean, calls = false): Promise<void> {
  const call = caller(centre.url)
  await call('POST', '/login', { ticket: who.ticket, id_number: who.idNumber })
  const [order] = await call<{ id: string }[]>('GET', '/orders')
  await call('POST', `/orders/${order?.id}/consent`, { face: false })
  const rules = await call<{ rules_version: string }>('GET', `/orders/${order?.id}/rules`)
  const attempt = await call<{ id: string }>('POST', `/orders/${order?.id}/attempts`, { agreed: true, rules_version: rules.rules_version })
  const bytes = new Uint8Array(readFileSync(centre.clips.mp4))
  const encode = (text: string) => Buffer.from(text).toString('base64')
  await call('POST', '/uploads', bytes, {
    'Tus-Resumable': '1.0.0',
    'Upload-Length': `${bytes.length}`,
    'Upload-Metadata': `attempt ${encode(attempt.id)},item ${encode('1')},filename ${encode('clip.mp4')}`,
    'Content-Type': 'application/offset+octet-stream',
  })
  if (submits) await call('POST', `/attempts/${attempt.id}/submit`)
  if (calls) await call('POST', '/help', { reason: 'not_sending', page: 'attempt', attempt_id: attempt.id })
}
