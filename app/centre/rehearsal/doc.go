// Package rehearsal tries a room out 彩排: its phones send at once for some
// minutes, by the way that videos take (tus, chunks, syncs, offsets in the
// database), and a forecast says how many candidates an hour the room takes.
//
// It owns the folder that it is given, in which nothing is worth anything: what
// arrived is deleted at once, at the end, and at the next start after a crash,
// when the record of what ran is closed as cut off. What it sends never becomes
// a clip and touches no order. It yields: while attempts that count run it does
// not start, and it ends when one begins.
//
// The forecast is a pure function. It must not import a web package.
package rehearsal
