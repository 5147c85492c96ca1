import { ApiError } from '../../shared/api/http'

/** What is wrong with a chosen file, said before its first byte is sent (R11). */
export function checkFile(file: File, maxBytes: number): ApiError | null {
  if (file.size === 0) return new ApiError('upload_empty')
  if (file.size > maxBytes) return new ApiError('upload_too_large', 413, { max_clip_bytes: maxBytes, size: file.size })
  // Phones name no type or a wrong one: 3GP may be audio/3gpp, and .ts text (R11: «whatever its
  // declared type»). Only what is chosen by mistake, and is never a video, is refused here.
  if (/^image\/|^application\/pdf$/.test(file.type)) return new ApiError('not_a_video')
  return null
}
