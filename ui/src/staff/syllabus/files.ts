// What is dropped on the page: files, and folders with the files in them.

/** A syllabus has no more files than this; who drops a whole disk is not walked through. */
const MOST = 5000

/** Every file of a drop, those of folders too. */
export async function filesOf(dropped: DataTransfer): Promise<File[]> {
  const entries = [...dropped.items].map((item) => item.webkitGetAsEntry?.() ?? null)
  if (entries.every((entry) => !entry)) return [...dropped.files]
  const found: File[] = []
  for (const entry of entries) if (entry) await walk(entry, found)
  return found
}

async function walk(entry: FileSystemEntry, found: File[]): Promise<void> {
  if (found.length >= MOST) return
  if (entry.isFile) {
    found.push(await new Promise<File>((take, fail) => (entry as FileSystemFileEntry).file(take, fail)))
    return
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader()
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((take, fail) => reader.readEntries(take, fail))
    if (some.length === 0) return
    for (const one of some) await walk(one, found)
  }
}
