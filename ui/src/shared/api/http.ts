// One way to ask a server: JSON in and out, a time limit on every call, and
// one kind of error whose code the pages translate.

export type Args = Record<string, unknown>

/** A refusal by the server, or by the way to it (`offline`, `no_answer`; `act` in its args says that something was to be done, not read). */
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

/** Milliseconds after which whoever waits for an answer is told so. */
const SLOW = 5_000

const waiters = new Set<(slow: boolean) => void>()
let slow = 0

/** Hears whether a call has been waiting for its answer for long; returns the way to stop. */
export function hearSlow(listen: (slow: boolean) => void): () => void {
  waiters.add(listen)
  return () => waiters.delete(listen)
}

function count(more: 1 | -1): void {
  slow += more
  waiters.forEach((listen) => listen(slow > 0))
}

/** A call that waits is counted after a while, and no more once it has ended. */
function waitFor(): () => void {
  let counted = false
  const timer = setTimeout(() => {
    counted = true
    count(1)
  }, SLOW)
  return () => {
    clearTimeout(timer)
    if (counted) count(-1)
  }
}

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
const TIMEOUT = 20_000

/** What a call may carry. */
export interface Request {
  headers?: Record<string, string>
  /** Sent as JSON. */
  body?: unknown
  /** Milliseconds after which the call is given up. */
  timeout?: number
}

/** The answer's JSON; undefined where it is empty. */
export async function call(method: string, path: string, { headers = {}, body, timeout }: Request = {}): Promise<unknown> {
  const json: Record<string, string> = body === undefined ? {} : { 'Content-Type': 'application/json' }
  const { status, text } = await ask(path, { method, headers: { ...headers, ...json }, body: body === undefined ? undefined : JSON.stringify(body) }, timeout)
  try {
    return text ? JSON.parse(text) : undefined
  } catch {
    throw new ApiError('unknown', status) // not our server: a sign-in window of the Wi-Fi
  }
}

/** Sends bytes as they are. */
export async function send(path: string, bytes: Blob, method = 'POST', headers: Record<string, string> = {}): Promise<void> {
  await ask(path, { method, headers: { 'Content-Type': 'application/octet-stream', ...headers }, body: bytes })
}

/** Sends bytes as they are and waits for what the server says of them: milliseconds for all of it. */
export async function sendFor(path: string, bytes: Blob, timeout: number): Promise<unknown> {
  const { text } = await ask(path, { method: 'POST', headers: { 'Content-Type': 'application/octet-stream' }, body: bytes }, timeout)
  return JSON.parse(text)
}

/** Asks for nothing but an answer within so many milliseconds. */
export async function ping(timeout: number): Promise<void> {
  await ask('/healthz', {}, timeout)
}

async function ask(path: string, request: RequestInit, timeout = TIMEOUT): Promise<{ status: number; text: string }> {
  const { ok, ...answer } = await answerOf(path, request, timeout)
  if (!ok) throw told(problemOf(answer.status, answer.text))
  return answer
}

async function answerOf(path: string, request: RequestInit, timeout: number): Promise<{ ok: boolean; status: number; text: string }> {
  const limit = new AbortController()
  const timer = setTimeout(() => limit.abort(), timeout)
  const answered = request.body instanceof Blob ? () => undefined : waitFor() // bytes take their time
  try {
    const response = await fetch(path, { credentials: 'same-origin', cache: 'no-store', ...request, signal: limit.signal })
    const answer = { ok: response.ok, status: response.status, text: await response.text() }
    lineIs(true)
    return answer
  } catch {
    if (!limit.signal.aborted || timeout >= TIMEOUT) lineIs(false) // a hasty question proves nothing
    const asked = request.method ?? 'GET'
    throw told(new ApiError(limit.signal.aborted ? 'no_answer' : 'offline', 0, asked === 'GET' ? {} : { act: true }))
  } finally {
    clearTimeout(timer)
    answered()
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
