/** Milliseconds after which an address counts as out of reach. */
const TIMEOUT = 6000

/** Whether this browser trusts and reaches another address of the centre: an icon of it loads. */
export function reaches(origin: string): Promise<boolean> {
  return new Promise((done) => {
    const picture = new Image()
    const timer = setTimeout(() => done(false), TIMEOUT)
    const end = (well: boolean) => {
      clearTimeout(timer)
      done(well)
    }
    picture.onload = () => end(true)
    picture.onerror = () => end(false)
    picture.src = `${origin}/favicon.svg?${Date.now()}`
  })
}
