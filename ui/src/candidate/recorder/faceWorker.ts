// Looks for a face in small grey pictures, beside the page so that nothing on
// it waits. It only finds where a face is, never whose (R25), and keeps none.

import { findFace } from './findFace'
import type { Face } from './fit'

export interface Question {
  pixels: Uint8ClampedArray<ArrayBuffer>
  width: number
  height: number
}

/** Null where no face is seen. */
export type Answer = Face | null

const page = self as unknown as Worker

page.onmessage = ({ data }: MessageEvent<Question>) => page.postMessage(findFace(data) satisfies Answer)
