// A server's API as its description says it: the generated `paths` say which
// routes there are, what each is asked with and what it answers. What is
// renamed there does not pass the type check here. openapi-fetch would say the
// same, but its 2.7 KB take the candidate's first load above its limit, for a
// path, a query and an error that a few lines do here and in http.ts.

import { call, type Request } from './http'

/** The servers send a list that is empty as [], never as null. */
export type Sure<T> = NonNullable<T> extends (infer U)[] ? Sure<U>[] : T extends object ? { [K in keyof T]: Sure<T[K]> } : T

/** What stands in braces in a path. */
type Braced<Path> = Path extends `${string}{${infer Name}}${infer Rest}` ? Name | Braced<Rest> : never
type Parts<Path> = [Braced<Path>] extends [never] ? { path?: never } : { path: Record<Braced<Path>, string> }

/** '' for what is not asked for: a filter's field that is empty. */
type OrEmpty<T> = { [K in keyof T]: T[K] | '' }
type Query<Op> = Op extends { parameters: { query?: infer Q } } ? { query?: OrEmpty<Q> } : never
type Body<Op> = Op extends { requestBody: { content: { 'application/json': infer B } } } ? { body: B } : Op extends { requestBody?: never } ? { body?: never } : Op extends { requestBody?: { content: { 'application/json': infer B } } } ? { body?: B } : { body?: never }
type Options<Path, Op> = Parts<Path> & Query<Op> & Body<Op> & Pick<Request, 'headers' | 'timeout'>
type Asked<Path, Op> = object extends Options<Path, Op> ? [options?: Options<Path, Op>] : [options: Options<Path, Op>]

/** What a route answers with. */
type Answer<Op> = Op extends { responses: { 200: { content: { 'application/json': infer Content } } } } ? Sure<Content> : void

type PathsWith<Paths, M extends string> = { [Path in keyof Paths]: Paths[Path] extends Record<M, object> ? Path : never }[keyof Paths] & string
type Method<Paths, M extends string> = <Path extends PathsWith<Paths, M>>(path: Path, ...asked: Asked<Path, Paths[Path][M & keyof Paths[Path]]>) => Promise<Answer<Paths[Path][M & keyof Paths[Path]]>>

/** The calls of one server, by the `paths` of its description. */
export interface Client<Paths extends object> {
  get: Method<Paths, 'get'>
  post: Method<Paths, 'post'>
  remove: Method<Paths, 'delete'>
  /** The address of a route, for what the browser itself fetches. */
  url: <Path extends keyof Paths & string>(path: Path, ...parts: [Braced<Path>] extends [never] ? [] : [parts: Record<Braced<Path>, string>]) => string
}

type Loose = Request & { path?: Record<string, string>; query?: Record<string, unknown> }

function url(path: string, parts: Record<string, string> = {}): string {
  return path.replace(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(parts[name] ?? ''))
}

/** What is empty is not asked for. */
function queryOf(query: Record<string, unknown> = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '')
  return given.length > 0 ? `?${new URLSearchParams(given.map(([name, value]) => [name, `${value}`]))}` : ''
}

const by = (method: string) => (path: string, { path: parts, query, ...request }: Loose = {}) => call(method, url(path, parts) + queryOf(query), request)

export function createClient<Paths extends object>(): Client<Paths> {
  return { get: by('GET'), post: by('POST'), remove: by('DELETE'), url } as unknown as Client<Paths>
}
