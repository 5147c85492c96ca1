// Package backup keeps copies of a centre's data folder on another disk, a stick
// or a share, and brings one back. FORMAT.md is the page of what lies there.
//
// A backup exists from the moment its list appears under its name; the list goes
// last, and by then every piece that it names was read back. A run that was killed
// leaves pieces that the next one uses, and no list. What is brought back becomes
// a centre with the last rename, that of the database; before it there is none.
//
// Everything is sealed to two keys: one that is on paper only, and the box's own,
// with which the box opens its backups to check them. It knows the data folder's
// names and no table; it must not import a web, an outbox or an inbox.
package backup
