// Sends one file by tus 1.0.0: in parts that fit the line, from where the server has
// it already, also when the same file is chosen again after the page was closed.

import { DetailedError, Upload, type HttpRequest, type HttpResponse, type PreviousUpload, type UploadOptions } from 'tus-js-client'
import { ApiError, problemOf } from '../../shared/api/http'
import { fingerprintOf } from './fingerprint'
import { PartSize } from './parts'
import { isPassing, type Send, type SendEvents, type Sending } from './queue'
import { isRecorded, type Recorded, type Source } from './source'

const RETRIES = [0, 1000, 2000, 4000]

/** `endpoint`: where uploads are begun; a rehearsal has one of its own. */
export function tusSend(attempt: string, endpoint = '/api/v1/uploads'): Send {
  const parts = new PartSize() // of the line, whatever is sent over it
  return (item, file, events) => {
    parts.begins()
    return new TusSending(attempt, endpoint, item, file, events, parts)
  }
}

class TusSending implements Sending {
  asking = false
  handed = 0
  private readonly upload: Upload
  private readonly fingerprint: () => Promise<string>
  /** Of the file, read just before a start: tus itself must not wait for it between our stop and its start. */
  private known = ''
  private looked = false
  /** Counts starts and stops: only the latest start may go on after its waits. */
  private turn = 0
  private readonly events: SendEvents
  private readonly recorded: Recorded | null

  private readonly parts: PartSize
  /** The part on its way: where it begins, and since when. */
  private part = { start: 0, at: 0 }

  constructor(attempt: string, endpoint: string, item: string, file: Source, events: SendEvents, parts: PartSize) {
    this.events = events
    this.parts = parts
    this.recorded = isRecorded(file) ? file : null
    this.fingerprint = () => (isRecorded(file) ? Promise.resolve(`kaodian-${attempt}-${item}-${file.name}`) : fingerprintOf(attempt, item, file))
    this.upload = new Upload(file as File, {
      ...this.reading(file),
      endpoint,
      retryDelays: RETRIES,
      metadata: { attempt, item, filename: file.name, filetype: file.type },
      fingerprint: () => Promise.resolve(this.known),
      // A finished upload says nothing about the next choice of the same
      // file: its clip may have been deleted or moved since.
      removeFingerprintOnSuccess: true,
      onBeforeRequest: () => this.asks(),
      onAfterResponse: (request, response) => this.hears(request, response),
      onShouldRetry: (error) => this.passes(problemIn(error)),
      onSuccess: () => events.done(),
      onError: (error) => events.failed(problemIn(error)),
    })
  }

  start(): void {
    void this.resume(++this.turn)
  }

  slowed(bytes: number, time: number): void {
    this.parts.took(bytes, time)
    this.asking = false // it did not fail
  }

  async stop(): Promise<void> {
    this.turn++
    if (this.asking) this.parts.failed()
    this.asking = false
    this.recorded?.interrupt()
    await this.upload.abort()
  }

  async discard(): Promise<void> {
    this.turn++
    this.asking = false
    this.recorded?.interrupt()
    await this.upload.abort(true)
  }

  private async resume(turn: number): Promise<void> {
    try {
      this.known = await this.fingerprint() // the phone may have taken the file away since it was chosen
      const earlier = this.looked ? [] : await this.upload.findPreviousUploads()
      if (turn !== this.turn) return
      this.takeUp(earlier)
      this.looked = true
    } catch {
      if (turn === this.turn) this.events.failed(new ApiError('file_unreadable'))
      return
    }
    if (turn === this.turn) this.upload.start()
  }

  /**
   * Reads part by part. A recording's length is told with its last bytes, also
   * when its end is known from the start: the server may have begun it so.
   */
  private reading(file: Source): UploadOptions {
    const piece = (start: number, end: number) => (isRecorded(file) ? file.slice(start, end) : pieceOf(file, start, end))
    const slice = async (start: number) => {
      const found = await piece(start, start + this.parts.now)
      this.part.start = start
      this.handed = start + (found.value?.size ?? 0)
      return found
    }
    const source = { size: file.size, slice, close: () => undefined }
    return { uploadLengthDeferred: isRecorded(file), fileReader: { openFile: () => Promise.resolve(source) } }
  }

  private takeUp(earlier: PreviousUpload[]): void {
    const latest = [...earlier].sort((a, b) => b.creationTime.localeCompare(a.creationTime))[0]
    if (latest) this.upload.resumeFromPreviousUpload(latest)
  }

  private asks(): void {
    this.asking = true
    this.part.at = performance.now()
  }

  /** Only acknowledged bytes count; those given to the phone's network may not have arrived. */
  private hears(request: HttpRequest, response: HttpResponse): void {
    this.asking = false
    const status = response.getStatus()
    const has = Number.parseInt(response.getHeader('Upload-Offset') ?? '', 10)
    if (status >= 200 && status < 300 && has >= 0) {
      if (request.getMethod() === 'PATCH') this.parts.took(has - this.part.start, performance.now() - this.part.at)
      this.events.progress(has)
    }
    keepUpload(request, response)
  }

  private passes(problem: ApiError): boolean {
    this.asking = false
    if (!isPassing(problem)) return false
    this.parts.failed()
    this.events.trouble(problem)
    return navigator.onLine !== false
  }
}

async function pieceOf(file: File, start: number, end: number): Promise<{ value: Blob; done: boolean }> {
  return { value: file.slice(start, end), done: end >= file.size }
}

/**
 * tus takes every refused question after an upload for its end and begins
 * anew from zero, on which the server drops what it had. Only 404 and 410 say
 * that it is gone; after any other answer it is asked for again (R24).
 */
function keepUpload(request: HttpRequest, response: HttpResponse): void {
  const status = response.getStatus()
  if (request.getMethod() !== 'HEAD' || (status >= 200 && status < 300) || status === 404 || status === 410) return
  throw problemOfHead(status)
}

/** An answer to HEAD has no body that could name the code. */
function problemOfHead(status: number): ApiError {
  if (status === 401) return new ApiError('login_needed', status)
  return new ApiError(status === 429 ? 'too_many_connections' : 'internal', status)
}

/** What an error of tus means in our codes. */
function problemIn(error: Error | DetailedError): ApiError {
  if (!(error instanceof DetailedError)) return unsent(error)
  if (error.causingError instanceof ApiError) return error.causingError
  const response = error.originalResponse
  if (response && response.getStatus() > 0) return problemOf(response.getStatus(), response.getBody() ?? '')
  return unsent(error.causingError ?? error)
}

/** The request never got an answer: the network, or the file itself. */
function unsent(error: Error): ApiError {
  return new ApiError(/NotReadable|NotFound|could not be read/i.test(`${error.name} ${error.message}`) ? 'file_unreadable' : 'offline')
}
