// What makes a file chosen again the same file: attempt, item, size and the
// first bytes. The name and the date are not asked: some phones give a new
// copy of the same video another name every time it is chosen.

/** Bytes looked at. */
const HEAD = 64 * 1024

export async function fingerprintOf(attempt: string, item: string, file: Blob): Promise<string> {
  const head = new Uint8Array(await readHead(file))
  return `kaodian-${attempt}-${item}-${file.size}-${hash(head)}`
}

/** A file that cannot be read any more (moved, or the permission is gone) rejects. */
function readHead(file: Blob): Promise<ArrayBuffer> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(reader.result as ArrayBuffer)
    reader.onerror = () => reject(reader.error ?? new Error('the file cannot be read'))
    reader.readAsArrayBuffer(file.slice(0, HEAD))
  })
}

/**
 * 64 bits in two 32-bit halves (FNV-1a and a rotated sister): enough to tell
 * one person's videos apart. The browser's own SHA-256 is there on HTTPS only.
 */
function hash(bytes: Uint8Array): string {
  let a = 0x811c9dc5
  let b = 0x9747b28c
  for (const byte of bytes) {
    a = Math.imul(a ^ byte, 0x01000193)
    b = Math.imul(((b << 5) | (b >>> 27)) ^ byte, 0x5bd1e995)
  }
  return [a, b].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('')
}
