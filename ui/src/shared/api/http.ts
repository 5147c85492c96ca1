// One way to ask a server: JSON in and out, a time limit on every call, and
// one kind of error whose code the pages translate.

export type Args = Record<string, unknown>

/** A refusal by the server, or by the way to it (`offline`, `no_answer`). */
export class ApiError extends Error {
  readonly code: string
  readonly status: number
  readonly args: Args

  constructor(code: string, status = 0, args: Args = {}) {
    super(code)
    this.name = 'ApiError'
    this.code = code
    this.status = status
    this.args = args
  }
}

const lines = new Set<(there: boolean) => void>()

/** Hears of every call whether the server answered at all, whatever it said; returns the way to stop. */
export function hearLine(listen: (there: boolean) => void): () => void {
  lines.add(listen)
  return () => lines.delete(listen)
}

const lineIs = (there: boolean) => lines.forEach((listen) => listen(there))

const listeners = new Set<(code: string) => void>()

/** Hears the code of every refusal and failure of a call; returns the way to stop. */
export function hearProblems(listen: (code: string) => void): () => void {
  listeners.add(listen)
  return () => listeners.delete(listen)
}

function told(problem: ApiError): ApiError {
  for (const listen of listeners) listen(problem.code)
  return problem
}

/** Milliseconds after which a call is given up, so that nothing spins for ever. */
const PATIENCE = 20_000

/** `patience`: milliseconds after which it is given up. */
export async function get<T>(path: string, headers: Record<string, string> = {}, patience = PATIENCE): Promise<T> {
  return call<T>('GET', path, undefined, headers, patience)
}

export async function post<T = void>(path: string, body?: unknown): Promise<T> {
  return call<T>('POST', path, body)
}

/** Sends bytes as they are. */
export async function send(path: string, bytes: Blob, method = 'POST', headers: Record<string, string> = {}): Promise<void> {
  const { ok, status, text } = await ask(path, {
    method,
    credentials: 'same-origin',
    cache: 'no-store',
    headers: { 'Content-Type': 'application/octet-stream', ...headers },
    body: bytes,
  })
  if (!ok) throw told(problemOf(status, text))
}

export async function remove(path: string, headers: Record<string, string> = {}): Promise<void> {
  return call<void>('DELETE', path, undefined, headers)
}

async function call<T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}, patience = PATIENCE): Promise<T> {
  const request: RequestInit = {
    method,
    credentials: 'same-origin',
    cache: 'no-store',
    headers: body === undefined ? headers : { ...headers, 'Content-Type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  }
  const { ok, status, text } = await ask(path, request, patience)
  if (!ok) throw told(problemOf(status, text))
  try {
    return (text ? JSON.parse(text) : undefined) as T
  } catch {
    throw new ApiError('unknown', status) // not our server: a sign-in window of the Wi-Fi
  }
}

async function ask(path: string, request: RequestInit, patience = PATIENCE): Promise<{ ok: boolean; status: number; text: string }> {
  const limit = new AbortController()
  const timer = setTimeout(() => limit.abort(), patience)
  try {
    const response = await fetch(path, { ...request, signal: limit.signal })
    const answer = { ok: response.ok, status: response.status, text: await response.text() }
    lineIs(true)
    return answer
  } catch {
    if (!limit.signal.aborted || patience >= PATIENCE) lineIs(false) // a hasty question proves nothing
    throw told(new ApiError(limit.signal.aborted ? 'no_answer' : 'offline'))
  } finally {
    clearTimeout(timer)
  }
}

/** Reads an RFC 9457 problem document; anything else is an unknown error. */
export function problemOf(status: number, text: string): ApiError {
  try {
    const problem = JSON.parse(text) as { code?: unknown; args?: unknown }
    if (typeof problem.code === 'string') {
      return new ApiError(problem.code, status, (problem.args as Args) ?? {})
    }
  } catch {
    // not a problem document: a proxy, a sign-in window, a server that is going down
  }
  return new ApiError('unknown', status)
}

/** Makes an ApiError of whatever was thrown. */
export function asApiError(thrown: unknown): ApiError {
  return thrown instanceof ApiError ? thrown : new ApiError('unknown')
}
