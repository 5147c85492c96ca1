// Reading aloud, for children who read little: by voices that are on the phone
// itself, because the centre has no internet. Where there is none for a
// language nothing is offered, and nothing ever speaks by itself.

import { onUnmounted, ref, shallowRef, type Ref } from 'vue'
import type { Language } from '../../shared/text/format'

const synthesis = () => (typeof speechSynthesis === 'undefined' ? null : speechSynthesis)

const voices = shallowRef<SpeechSynthesisVoice[]>([])
/** While somebody records the phone says nothing. */
const silent = ref(false)
/** What is being read, so that its button says «stop». */
const reading: Ref<symbol | null> = ref(null)

let listening = false
function listen(): void {
  const speech = synthesis()
  if (!speech || listening) return
  listening = true
  // Browsers know their voices only after a while, and some never say so.
  const read = () => (voices.value = speech.getVoices().filter(({ localService }) => localService))
  read()
  speech.addEventListener?.('voiceschanged', read)
}

/** Nothing speaks while a recording runs; what speaks is stopped. */
export function keepSilent(quiet: boolean): void {
  silent.value = quiet
  if (quiet) stopAll()
}

function stopAll(): void {
  reading.value = null
  synthesis()?.cancel()
}

const voiceOf = (language: Language) => voices.value.find(({ lang }) => lang.replace('_', '-').toLowerCase().startsWith(language === 'en' ? 'en' : 'zh'))

/** Reads a text aloud; one text at a time on the whole page. */
export function useSpeech() {
  const own = Symbol('reading')
  listen()
  const stop = () => reading.value === own && stopAll()
  onUnmounted(stop)

  function speak(text: string, language: Language): void {
    const speech = synthesis()
    const voice = voiceOf(language)
    if (!speech || !voice || silent.value) return
    stopAll()
    // A long text is cut off by some browsers after a quarter of a minute: a sentence at a time is not.
    const sentences = text.match(/[^。！？.!?\n]+[。！？.!?\n]*/g) ?? []
    const spoken = sentences.map((sentence) => utterance(sentence, voice))
    const last = spoken[spoken.length - 1]
    if (!last) return
    reading.value = own
    for (const one of spoken) one.onerror = () => stop()
    last.onend = () => stop()
    for (const one of spoken) speech.speak(one)
  }

  return {
    can: (language: Language) => !silent.value && voiceOf(language) !== undefined,
    isReading: () => reading.value === own,
    speak,
    stop,
  }
}

function utterance(text: string, voice: SpeechSynthesisVoice): SpeechSynthesisUtterance {
  const one = new SpeechSynthesisUtterance(text)
  one.voice = voice
  one.lang = voice.lang
  one.rate = 0.9 // for children
  return one
}
