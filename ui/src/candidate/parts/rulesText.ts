// The rules' text as headings, lists and paragraphs. It is taken for text, so
// whatever somebody writes into it cannot become markup of the page.

export type Block =
  | { kind: 'heading'; level: 2 | 3; text: string }
  | { kind: 'list'; items: string[] }
  | { kind: 'text'; text: string }

export function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = []
  for (const line of markdown.split(/\r?\n/)) addLine(blocks, line.trim())
  return blocks.filter((block) => block.kind !== 'text' || block.text !== '')
}

/** The text as it is read aloud: a full stop after what has none. */
export function spokenOf(blocks: readonly Block[]): string {
  const lines = blocks.flatMap((block) => (block.kind === 'list' ? block.items : [block.text]))
  return lines.map((line) => (/[。！？.!?]$/.test(line) ? line : `${line}。`)).join('\n')
}

function addLine(blocks: Block[], line: string): void {
  const last = blocks[blocks.length - 1]
  const heading = /^(#{1,6})\s+(.*)$/.exec(line)
  const item = /^(?:[-*•]|\d+[.、])\s+(.*)$/.exec(line)
  if (heading) {
    blocks.push({ kind: 'heading', level: (heading[1] ?? '').length === 1 ? 2 : 3, text: heading[2] ?? '' })
  } else if (item) {
    const text = item[1] ?? ''
    if (last?.kind === 'list') last.items.push(text)
    else blocks.push({ kind: 'list', items: [text] })
  } else if (line === '') {
    blocks.push({ kind: 'text', text: '' })
  } else if (last?.kind === 'text' && last.text !== '') {
    last.text += ` ${line}`
  } else {
    blocks.push({ kind: 'text', text: line })
  }
}
