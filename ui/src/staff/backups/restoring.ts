/** A folder as the shell takes it. */
const quoted = (path: string) => (/^[\w./…-]+$/u.test(path) ? path : `'${path.replace(/'/g, `'\\''`)}'`)

/**
 * The commands that bring a backup back on a new machine. The package has started a
 * centre there, which nobody used: a backup goes into an empty folder only.
 */
export const restoring = (place: string): string[] => [
  'sudo systemctl stop kaodian',
  'sudo mv /var/lib/kaodian /var/lib/kaodian-unused',
  'sudo install -d -o kaodian -g kaodian -m 700 /var/lib/kaodian',
  `sudo kaodian-admin restore --from ${quoted(place || '/media/…')}`,
  'sudo systemctl start kaodian',
]
