// Package workbook reads the tables of an .xlsx file as a stream of typed
// cells: what is stored, of which type, and how a spreadsheet program shows
// it. Libraries that hand out text alone cannot say whether a long number was
// a number, whether a formula has a result or a row is hidden, and unpack the
// whole file into memory first.
//
// It owns nothing and writes nothing, so a crash leaves nothing behind. The
// file is a stranger's: bytes after unpacking, shared strings, cells and the
// size of one value are limited while they are read, and what goes beyond is
// a *LimitError. It must not import anything of this project.
package workbook
