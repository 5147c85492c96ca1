// A QR code as one path of an SVG: sharp at any size, on paper too.
import { encode } from 'uqr'

export interface QrPath {
  /** Modules on a side, the quiet zone included. */
  size: number
  path: string
}

/** Modules of white around a code that readers want. */
const QUIET = 4

export function qrPath(text: string): QrPath {
  const { data, size } = encode(text, { ecc: 'M', border: QUIET })
  const rows = data.map((row, y) => rowPath(row, y))
  return { size, path: rows.join('') }
}

/** One rectangle for every run of dark modules. */
function rowPath(row: boolean[], y: number): string {
  let path = ''
  for (let x = 0; x < row.length; x++) {
    const from = x
    while (row[x]) x++
    if (x > from) path += `M${from} ${y}h${x - from}v1h-${x - from}z`
  }
  return path
}
