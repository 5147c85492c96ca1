// Whether there is light enough, from a very small picture of the picture.

const DARK = 45
const GLARING = 225

export type Light = 'dark' | 'good' | 'glaring'

export function lightOf(pixels: Uint8ClampedArray): Light {
  let sum = 0
  for (let i = 0; i + 2 < pixels.length; i += 4) sum += 0.2126 * (pixels[i] ?? 0) + 0.7152 * (pixels[i + 1] ?? 0) + 0.0722 * (pixels[i + 2] ?? 0)
  const mean = sum / (pixels.length / 4)
  if (mean < DARK) return 'dark'
  return mean > GLARING ? 'glaring' : 'good'
}
