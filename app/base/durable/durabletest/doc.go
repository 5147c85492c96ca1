// Package durabletest is a disk for tests that forgets at a power cut what
// was not synced, and that can leave out or fail any one sync.
//
// It owns nothing outside memory. It is imported by tests only.
package durabletest
