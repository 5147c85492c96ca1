package intake

import (
	"archive/zip"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/roster"
)

// What can be wrong with an archive and its entries.
const (
	ArchiveBroken refusal.Code = "archive_broken"
	ArchiveMany   refusal.Code = "archive_many"

	EntryBroken    roster.Code = "entry_broken"
	EntryEncrypted roster.Code = "entry_encrypted"
	EntryLink      roster.Code = "entry_link"
	EntryNested    roster.Code = "entry_nested"
	EntryPath      roster.Code = "entry_path"
)

// Limits of an archive. Its list of entries is read as a whole, so how long
// that is is looked at before.
const (
	maxEntries   = 20_000
	maxDirectory = 16 << 20
	maxName      = 200 // bytes, as a file system takes them
	encrypted    = 1   // of an entry's flags
)

type reader = io.ReadCloser

// entry is one plain file of an archive.
type entry struct {
	name string // without its folders
	size int64  // as the archive says: nobody relies on it
	open func() (reader, error)
}

// read returns the entry's bytes; one more than limit of an entry that has more.
func (e entry) read(limit int64) ([]byte, error) {
	from, err := e.open()
	if err != nil {
		return nil, err
	}
	defer from.Close()
	return io.ReadAll(io.LimitReader(from, limit+1))
}

// unpack calls take with every plain file of a ZIP, and refuse with every entry
// that is none. Folders are walked through, whatever they are called; what a
// system puts beside files is left out.
func unpack(file *os.File, take func(entry) error, refuse func(name string, code roster.Code, args ...any)) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if err := checkDirectory(file, info.Size()); err != nil {
		return err
	}
	archive, err := zip.NewReader(file, info.Size())
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return refusal.New(ArchiveBroken, "reason", err.Error())
	}
	if len(archive.File) > maxEntries {
		return refusal.New(ArchiveMany, "count", len(archive.File), "limit", maxEntries)
	}
	for _, f := range archive.File {
		name := nameOf(f)
		base := path.Base(name)
		switch {
		case strings.HasSuffix(name, "/"), strings.HasPrefix(name, "__MACOSX/"), strings.HasPrefix(base, "."), strings.EqualFold(base, "Thumbs.db"):
		case !fs.ValidPath(name) || strings.ContainsAny(name, "\\:\x00") || len(base) > maxName:
			refuse(roster.Shorten(name), EntryPath)
		case !f.Mode().IsRegular():
			refuse(base, EntryLink)
		case f.Flags&encrypted != 0:
			refuse(base, EntryEncrypted)
		case isArchive(base):
			refuse(base, EntryNested)
		default:
			size := int64(min(f.UncompressedSize64, 1<<62))
			if err := take(entry{name: base, size: size, open: f.Open}); err != nil {
				return err
			}
		}
	}
	return nil
}

func isArchive(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".zip", ".rar", ".7z", ".gz", ".tar":
		return true
	}
	return false
}

// nameOf is an entry's name; programs in China write it in GB18030.
func nameOf(f *zip.File) string {
	if utf8.ValidString(f.Name) {
		return f.Name
	}
	name, err := simplifiedchinese.GB18030.NewDecoder().String(f.Name)
	if err != nil {
		return "\x00"
	}
	return name
}

// checkDirectory looks at the end of a ZIP, which says how long its list of
// entries is. A list that needs the longer form has too many.
func checkDirectory(file io.ReaderAt, size int64) error {
	const end, comment = 22, 1 << 16
	tail := make([]byte, min(size, end+comment))
	if _, err := file.ReadAt(tail, size-int64(len(tail))); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	for at := len(tail) - end; at >= 0; at-- {
		if string(tail[at:at+4]) != "PK\x05\x06" {
			continue
		}
		if at+end+int(binary.LittleEndian.Uint16(tail[at+20:])) != len(tail) {
			continue // no end: its comment would not end with the file
		}
		if binary.LittleEndian.Uint16(tail[at+10:]) == 1<<16-1 { // the longer form says how many
			return refusal.New(ArchiveMany, "count", 1<<16-1, "limit", maxEntries)
		}
		entries, length := binary.LittleEndian.Uint16(tail[at+10:]), binary.LittleEndian.Uint32(tail[at+12:])
		// The list ends where this record begins, so that no more is read of it
		// than it says.
		if int64(binary.LittleEndian.Uint32(tail[at+16:]))+int64(length) != size-int64(len(tail)-at) {
			return refusal.New(ArchiveBroken, "reason", "its list of entries is not where its end says")
		}
		if int(entries) > maxEntries || length > maxDirectory {
			return refusal.New(ArchiveMany, "count", int(entries), "limit", maxEntries)
		}
		return nil
	}
	return refusal.New(ArchiveBroken, "reason", "no end of a ZIP")
}
