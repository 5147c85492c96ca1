// What the QR codes on paper say.

/**
 * A Wi-Fi's code, as phones' cameras read it; a backslash goes before every
 * sign that has a meaning in it.
 */
export function wifiCode(name: string, password: string): string {
  const plain = (text: string) => text.replace(/[\\;,:"]/g, '\\$&')
  return password ? `WIFI:T:WPA;S:${plain(name)};P:${plain(password)};;` : `WIFI:T:nopass;S:${plain(name)};;`
}

/**
 * A ticket's code on paper: the centre's address and the ticket number, and no
 * pass. A pass is good once and until the window closes, and a new one voids
 * it: what is handed out days before would fail whoever tried it at home or
 * logs in again on the day. This one works as often as it is read, and lets
 * nobody in who does not know the ID number.
 */
export const ticketCode = (address: string, ticket: string) => `${address.replace(/\/+$/, '')}/login?ticket=${encodeURIComponent(ticket)}`
