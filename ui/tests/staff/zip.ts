// Files for the desk's pages: packed, and dropped as a mouse would.
import { deflateRawSync, crc32 } from 'node:zlib'
import type { Page } from 'playwright-core'

/** A ZIP of some files. */
export function zip(files: Record<string, Uint8Array | string>): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let at = 0
  for (const [name, given] of Object.entries(files)) {
    const content = Buffer.from(given)
    const packed = deflateRawSync(content)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(0x800, 2)
    common.writeUInt16LE(8, 4)
    common.writeUInt32LE(crc32(content), 10)
    common.writeUInt32LE(packed.length, 14)
    common.writeUInt32LE(content.length, 18)
    common.writeUInt16LE(Buffer.byteLength(name), 22)
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), packed])
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE(at, 10)
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.from([20, 0]), common, rest, Buffer.from(name)]))
    parts.push(local)
    at += local.length
  }
  const list = Buffer.concat(directory)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(directory.length, 4)
  end.writeUInt16LE(directory.length, 6)
  end.writeUInt32LE(list.length, 8)
  end.writeUInt32LE(at, 12)
  return Buffer.concat([...parts, list, Buffer.from('PK\x05\x06'), end])
}

/** Drops a file as a mouse would. */
export async function drop(page: Page, name: string, content: Uint8Array | string): Promise<void> {
  const bytes = [...Buffer.from(content)]
  const carried = await page.evaluateHandle(([name, bytes]) => {
    const carried = new DataTransfer()
    carried.items.add(new File([new Uint8Array(bytes)], name))
    return carried
  }, [name, bytes] as const)
  await page.locator('.intake-drop').dispatchEvent('drop', { dataTransfer: carried })
}
