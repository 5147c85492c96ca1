// The server's time for the pages outside of an attempt, which need it to the
// minute. An attempt has a clock of its own (shared/clock).

let ahead: number | null = null

/** Learns from an answer what the server's clock shows. */
export function learnTime(serverTime: string | undefined): void {
  const at = Date.parse(serverTime ?? '')
  if (!Number.isNaN(at)) ahead = at - Date.now()
}

/** The server's time, milliseconds since 1970; null before its first answer. */
export const serverNow = (): number | null => (ahead === null ? null : Date.now() + ahead)
