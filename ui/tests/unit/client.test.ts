import { afterEach, expect, it, vi } from 'vitest'
import { createClient } from '../../src/shared/api/client'
import { ApiError } from '../../src/shared/api/http'
import type { paths } from '../../src/shared/api/openapi'

const { get, post, remove, url } = createClient<paths>()

function serve(answer: () => Response) {
  const asked = vi.fn(async (path: string, request: RequestInit) => ({ path, request, response: answer() }))
  vi.stubGlobal('fetch', async (path: string, request: RequestInit) => (await asked(path, request)).response)
  return () => asked.mock.calls.map(([path, { method, headers, body }]) => ({ path, method, headers, body }))
}
afterEach(() => void vi.unstubAllGlobals())

it('a part of a path keeps to its place, whatever it holds', async () => {
  const asked = serve(() => new Response(null, { status: 204 }))
  await remove('/api/v1/staff/review/{id}/departures/{departure}', { path: { id: 'a/b?c', departure: 'é' } })
  expect(asked()).toMatchObject([{ method: 'DELETE', path: '/api/v1/staff/review/a%2Fb%3Fc/departures/%C3%A9', body: undefined }])
  expect(url('/api/v1/orders/{id}/photo', { id: '../x' })).toBe('/api/v1/orders/..%2Fx/photo')
})

it('a query leaves out what is empty, but not a nought', async () => {
  const asked = serve(() => new Response('{}'))
  await get('/api/v1/staff/review', { query: { who: '王 &', state: '', after: undefined, grade: 0 } })
  await get('/api/v1/staff/review', { query: { state: '' } })
  expect(asked().map(({ path }) => path)).toEqual(['/api/v1/staff/review?who=%E7%8E%8B+%26&grade=0', '/api/v1/staff/review'])
})

it('a body is JSON, an answer too, and a refusal has its code', async () => {
  const asked = serve(() => new Response('{"given":2,"refused":[]}'))
  expect(await post('/api/v1/staff/extra-time', { body: { grant: 'g', minutes: 5, reason: 'r' } })).toEqual({ given: 2, refused: [] })
  expect(asked()).toEqual([{ path: '/api/v1/staff/extra-time', method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"grant":"g","minutes":5,"reason":"r"}' }])
  serve(() => new Response('{"code":"room_short","args":{"n":1}}', { status: 409 }))
  await expect(get('/api/v1/me')).rejects.toEqual(new ApiError('room_short', 409, { n: 1 }))
  serve(() => new Response('<html>Welcome</html>'))
  await expect(get('/api/v1/me')).rejects.toMatchObject({ code: 'unknown', status: 200 })
})
