// The screen's loudspeaker: recorded clips that come with the page, one after
// the other. Browsers are silent until somebody touched the page once.
import { onUnmounted, ref } from 'vue'

const files = import.meta.glob<string>('./voice/**/*.mp3', { query: '?url', import: 'default', eager: true })

/** Seconds that a string of clips may take longer than it is, before nobody waits for it any more. */
const PATIENCE = 3
/** Seconds between two clips. */
const PAUSE = 0.03

export function useSound() {
  const on = ref(false)
  const context = new AudioContext()
  const clips = new Map<string, Promise<AudioBuffer>>()

  const look = () => (on.value = context.state === 'running')
  context.addEventListener('statechange', look)
  look()
  onUnmounted(() => void context.close())

  function load(name: string): Promise<AudioBuffer> {
    const known = clips.get(name)
    if (known) return known
    const file = files[`./voice/${name}.mp3`]
    if (!file) return Promise.reject(new Error(`no clip «${name}»`))
    const read = fetch(file).then((answer) => answer.arrayBuffer()).then((bytes) => context.decodeAudioData(bytes))
    clips.set(name, read)
    read.catch(() => clips.delete(name)) // the next call asks again
    return read
  }

  /** All of them now: a server that is gone later takes no word away. */
  const loadAll = () => Promise.allSettled(Object.keys(files).map((path) => load(path.slice('./voice/'.length, -'.mp3'.length))))

  /** After a touch: the bell says that it is heard. */
  async function allow(): Promise<void> {
    await context.resume()
    look()
    await play(['bell'])
  }

  let before: Promise<unknown> = Promise.resolve()

  /** Ends when the last clip was heard; begins when what was to be said before was said. */
  function play(names: readonly string[]): Promise<void> {
    const said = before.then(() => say(names))
    before = said.catch(() => undefined)
    return said
  }

  /** Clips that are not there are left out. */
  async function say(names: readonly string[]): Promise<void> {
    if (context.state !== 'running') return
    const loaded = await Promise.allSettled(names.map(load))
    let at = context.currentTime + 0.05
    let last: AudioBufferSourceNode | null = null
    for (const one of loaded) {
      if (one.status === 'rejected') continue
      last = new AudioBufferSourceNode(context, { buffer: one.value })
      last.connect(context.destination)
      last.start(at)
      at += one.value.duration + PAUSE
    }
    if (!last) return
    const ended = new Promise((done) => last?.addEventListener('ended', done))
    await Promise.race([ended, new Promise((done) => setTimeout(done, (at - context.currentTime + PATIENCE) * 1000))])
  }

  return { on, allow, play, loadAll }
}
