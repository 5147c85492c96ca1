// Sends a file that the desk was given by cable or card: the phones' durable way,
// under the account that is logged in.
import { DetailedError, Upload } from 'tus-js-client'
import { ApiError, asApiError, problemOf } from '../../../shared/api/http'

const RETRIES = [0, 1000, 2000, 4000, 8000]
/** Bytes of one request: after a break no more is sent again. */
const PART = 16 << 20

export interface Taking {
  done: Promise<void>
  stop: () => void
}

/** Sends the file, from where the server has it already; progress is told in hundredths. */
export function takeIn(attempt: string, item: string, file: File, progress: (percent: number) => void): Taking {
  let stop: () => void = () => undefined
  const done = new Promise<void>((taken, failed) => {
    const upload = new Upload(file, {
      endpoint: '/api/v1/staff/desk-uploads',
      chunkSize: PART,
      retryDelays: RETRIES,
      metadata: { attempt, item, filename: file.name, filetype: file.type },
      fingerprint: () => Promise.resolve(`desk-${attempt}-${item}-${file.name}-${file.size}-${file.lastModified}`),
      removeFingerprintOnSuccess: true,
      onProgress: (sent, of) => progress(of > 0 ? Math.floor((sent / of) * 100) : 0),
      onShouldRetry: (error) => ['offline', 'unknown', 'upload_failed', 'internal'].includes(problemIn(error).code),
      onSuccess: () => taken(),
      onError: (error) => failed(problemIn(error)),
    })
    stop = () => void upload.abort()
    void upload.findPreviousUploads().then(([known]) => {
      if (known) upload.resumeFromPreviousUpload(known)
      upload.start()
    }, (thrown: unknown) => failed(asApiError(thrown)))
  })
  return { done, stop: () => stop() }
}

function problemIn(error: Error | DetailedError): ApiError {
  const response = error instanceof DetailedError ? error.originalResponse : null
  if (response && response.getStatus() > 0) return problemOf(response.getStatus(), response.getBody() ?? '')
  return new ApiError(/NotReadable|NotFound|could not be read/i.test(`${error.name} ${error.message}`) ? 'file_unreadable' : 'offline')
}
