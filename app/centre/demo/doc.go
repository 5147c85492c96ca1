// Package demo makes what an association would hand to a centre, so that a
// person can see the whole exam on an empty machine: an order list with
// candidates of every grade band, a syllabus, and a bank of scores drawn here.
//
// The files are of the same form as real ones and are taken in by the same
// import, so the demonstration shows nothing that a real exam would not. It
// writes into one folder only, every file whole or not at all; after a crash
// it is simply called again. It knows no store, and names, tickets and ID
// numbers are made up at random each time.
package demo
