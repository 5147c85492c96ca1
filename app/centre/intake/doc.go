// Package intake takes in what an association hands to a centre: order lists,
// registration photos, the syllabus with its question bank. The commands and
// the desk's page do it by the same steps: strangers' files are read in a cage
// that is handed in, judged by roster and by the store, previewed, and taken in
// by one transaction.
//
// A photo or a score is in the vault before a row names it; what no row names in
// the end is removed, and what a killed process left goes with the next import
// or start (Sweep). A preview is in the memory and, for photos, in a folder of
// its own that Sweep empties: a restart forgets it. It must not import the web,
// OpenCV or a cage.
package intake
