// Package seal signs and encrypts what leaves a box: minisign signatures
// (prehashed form) and age encryption, as their own tools read them.
//
// It owns the form of key files; they are not encrypted themselves, because
// the service user's account is the boundary and nobody is there to type a
// password after a power cut. Key files appear whole or not at all. It knows
// no drop, no store and no message.
package seal
