// The receipt as a picture for the album: what a family keeps.

export interface ReceiptLine {
  label: string
  value: string
}

const WIDTH = 1080
const MARGIN = 72
const LINE = 84

/** Draws the receipt; null where the browser cannot make pictures. */
export function receiptPicture(title: string, lines: readonly ReceiptLine[], foot: string): Promise<Blob | null> {
  const canvas = document.createElement('canvas')
  canvas.width = WIDTH
  canvas.height = MARGIN * 3 + LINE * (lines.length + 2)
  const pen = canvas.getContext('2d')
  if (!pen) return Promise.resolve(null)
  const font = (size: number, weight = 400) => `${weight} ${size}px system-ui, -apple-system, "Noto Sans CJK SC", "PingFang SC", sans-serif`
  pen.fillStyle = '#fbf6ee'
  pen.fillRect(0, 0, canvas.width, canvas.height)
  pen.fillStyle = '#16443a'
  pen.fillRect(0, 0, canvas.width, MARGIN * 2)
  pen.textBaseline = 'middle'
  pen.fillStyle = '#fff'
  pen.font = font(56, 700)
  pen.fillText(title, MARGIN, MARGIN, WIDTH - 2 * MARGIN)
  lines.forEach(({ label, value }, i) => {
    const y = MARGIN * 2.5 + LINE * (i + 0.5)
    pen.fillStyle = '#6a5d4e'
    pen.font = font(36)
    pen.fillText(label, MARGIN, y, 260)
    pen.fillStyle = '#2a2118'
    pen.font = font(40, 600)
    pen.fillText(value, MARGIN + 280, y, WIDTH - 2 * MARGIN - 280)
  })
  pen.fillStyle = '#6a5d4e'
  pen.font = font(30)
  pen.fillText(foot, MARGIN, canvas.height - MARGIN, WIDTH - 2 * MARGIN)
  return new Promise((done) => canvas.toBlob(done, 'image/png'))
}

/** Puts a file where the browser puts downloads; on an iPhone it is shown, to be kept by a long press. */
export function save(file: Blob, name: string): void {
  const url = URL.createObjectURL(file)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  document.body.append(link)
  link.click()
  link.remove()
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
