// Package outbox brings what is final from the centre to the province: it
// chooses orders, seals them into batches in the spool, puts these at the
// drop, reads the receipts, frees the spool, and removes from the drop what was
// accepted.
//
// It owns the spool and the keys folder. A batch is the truth once its
// folder has its final name and its row is committed; from then on its bytes
// never change, so sending it again sends the same. After a crash a folder
// without a row is thrown away and built anew, a row without a receipt is
// sent again. Nothing is marked delivered without a receipt whose signature
// and hashes hold (I5). It must not import Fiber, SQL or OpenCV.
package outbox
