// Package exam holds the rules of the online grade exam (R1–R33 of the
// exam rules) as pure functions: an order, an event and a moment go in, the
// order as it is afterwards and the facts that happened come out.
//
// It owns what may happen and when; it keeps nothing, reads no clock and
// draws no random numbers of its own (a caller hands them in), so a crash
// cannot leave it in a half state. It imports the standard library only.
package exam
