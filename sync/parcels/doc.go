// Package parcels fetches what the province sends down to this install,
// verifies it, and keeps it sealed in the data folder until somebody at the
// centre takes it in or refuses it.
//
// A parcel is fetched in this order: the signature of its manifest by the
// province's key that the centre enrolled with; the manifest's own form, place
// and recipient; its place in the chain of this install's parcels; the size and
// SHA-256 of every file as sent; then that every file opens to what the sealed
// contents say. What is wrong up to the files is told and left where it lies: the
// province's program puts it again. What the province itself sealed wrong is
// answered with a refusal, by the system.
//
// It owns the folder down/. A parcel is there once its folder has its final
// name and its row is committed; a folder without a row, and one whose parcel is
// answered, is removed. After a crash files that came whole are not fetched
// again. Nothing is opened into the clear but into a folder that the caller
// names. It must not import the web, SQL or another side's packages.
package parcels
