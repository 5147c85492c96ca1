// What tells this browser from its neighbours when a log-in by QR code is
// asked for again because the answer was lost: until then it has no cookie.

const KEPT = 'kaodian-browser'

let own = ''

/** 128 random bits that this browser keeps; where it keeps nothing, this page does. */
export function browserSecret(): string {
  try {
    own = localStorage.getItem(KEPT) ?? own
  } catch {
    // a private window
  }
  if (!own) own = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
  try {
    localStorage.setItem(KEPT, own)
  } catch {
    // this page still has it
  }
  return own
}
