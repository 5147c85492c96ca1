// What was typed, or read from a code: a ticket number, part of a name, or the
// ticket's code as it stands on paper (papers/codes.ts).

export interface Asked {
  who: string
  /** The centre that the code names; '' for what was typed. */
  host: string
}

/** A reader that types what it read into the field sends the whole code, so both ways come through here. */
export function askedOf(text: string): Asked {
  const said = text.trim()
  try {
    const address = new URL(said)
    const ticket = address.searchParams.get('ticket')?.trim()
    if (ticket && /^https?:$/.test(address.protocol)) return { who: ticket, host: address.host }
  } catch {
    // no address: a number or a name
  }
  return { who: said, host: '' }
}

/** Whether a code with that address may be another centre's: none of our own addresses is it. */
export function isStrange(host: string, own: readonly string[]): boolean {
  const name = (address: string) => address.replace(/:\d+$/, '').toLowerCase()
  return host !== '' && !own.some((one) => one !== '' && name(one) === name(host))
}

/** The name of the host in an address, '' where it is none. */
export function hostOf(address: string): string {
  try {
    return new URL(address).host
  } catch {
    return ''
  }
}

/** As the server compares ticket numbers: full-width signs as half-width, without letter case. */
export const folded = (text: string) => text.replace(/[！-～]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0)).replace(/　/g, ' ').trim().toLowerCase()
