package intake

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"kaodian/app/base/refusal"
	"kaodian/app/roster"
)

// What can be wrong with an archive and its entries.
const (
	ArchiveBroken refusal.Code = "archive_broken"
	ArchiveMany   refusal.Code = "archive_many"
	NoRoom        refusal.Code = "intake_no_room"

	EntryBroken    roster.Code = "entry_broken"
	EntryEncrypted roster.Code = "entry_encrypted"
	EntryLink      roster.Code = "entry_link"
	EntryNested    roster.Code = "entry_nested"
	EntryPath      roster.Code = "entry_path"
	EntryTwice     roster.Code = "entry_twice"
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

// keeper writes files from outside into a folder, within the room that there is.
type keeper struct {
	folder string
	room   *share                                            // of the disk (R27)
	limit  func(name string) (most int64, large roster.Code) // of one file, and what a larger one is told
	twice  roster.Code                                       // told of a second file of one name
	kept   func(name string)
	again  func(e entry) // hears of a second file of one name; may be nil
	// same says that a file is one that came before, sent once more; nil: none is.
	same func(e entry) bool
	// known says whether a file of that name was kept; one that was not is of an
	// addition that failed. nil: every file of the folder was.
	known  func(name string) bool
	refuse func(name string, code roster.Code, args ...any)
}

// add writes one file. One that is too large is not written at all, as far as
// its archive says so.
func (k *keeper) add(e entry) error {
	most, large := k.limit(e.name)
	path := filepath.Join(k.folder, e.name)
	if e.size > most {
		k.refuse(e.name, large, "size", e.size, "limit", most)
		return nil
	}
	if k.known != nil && !k.known(e.name) {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if k.same != nil && k.same(e) {
		return nil
	}
	if _, err := os.Lstat(path); err == nil {
		k.refuse(e.name, k.twice)
		if k.again != nil {
			k.again(e)
		}
		return nil
	}
	size, broken, err := e.write(path, most+1, k.room)
	switch {
	case err != nil:
		return errors.Join(err, os.Remove(path))
	case broken != nil:
		k.refuse(e.name, EntryBroken, "reason", broken.Error())
		return os.Remove(path)
	case size > most:
		k.refuse(e.name, large, "size", size, "limit", most)
		return os.Remove(path)
	}
	k.kept(e.name)
	return nil
}

// addOne writes a file that no archive brought.
func (k *keeper) addOne(e entry) error {
	if most, _ := k.limit(e.name); e.size <= most {
		if err := k.room.claim(e.size); err != nil {
			return err
		}
	}
	return k.add(e)
}

// write copies at most that many bytes. broken is a fault of the entry, err one
// of the disk.
func (e entry) write(path string, most int64, room *share) (size int64, broken, err error) {
	from, broken := e.open()
	if broken != nil {
		from = io.NopCloser(strings.NewReader(""))
	}
	defer from.Close()
	to, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, broken, err
	}
	source := &reading{from: io.LimitReader(from, most)}
	size, err = io.Copy(room.writer(to), source)
	if source.err != nil {
		broken, err = errors.Join(broken, source.err), nil
	}
	return size, broken, errors.Join(err, to.Close())
}

// equals says that the entry is what a file holds.
func (e entry) equals(path string) bool {
	held, err := os.ReadFile(path)
	if err != nil {
		return false
	}
	from, err := e.open()
	if err != nil {
		return false
	}
	defer from.Close()
	content, err := io.ReadAll(io.LimitReader(from, int64(len(held))+1))
	return err == nil && bytes.Equal(held, content)
}

// reading remembers that it was the source that failed.
type reading struct {
	from io.Reader
	err  error
}

func (r *reading) Read(p []byte) (int, error) {
	n, err := r.from.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		r.err = err
	}
	return n, err
}

// unpack hands every plain file of a ZIP to the keeper, once it is known that
// all of them fit (R27), and refuses every entry that is none. Folders are
// walked through, whatever they are called; what a system puts beside files is
// left out.
func unpack(file *os.File, k *keeper) error {
	archive, err := openArchive(file)
	if err != nil {
		return err
	}
	var steps []func() error // in the archive's order, once it is known that all fit
	refuse := func(name string, code roster.Code) {
		steps = append(steps, func() error { k.refuse(name, code); return nil })
	}
	var needed int64
	for _, f := range archive.File {
		name := nameOf(f)
		base := path.Base(name)
		switch {
		case strings.HasSuffix(name, "/"), strings.HasPrefix(name, "__MACOSX/"), isJunk(base):
		case !isPlainName(name):
			refuse(roster.Shorten(name), EntryPath)
		case !f.Mode().IsRegular():
			refuse(base, EntryLink)
		case f.Flags&encrypted != 0:
			refuse(base, EntryEncrypted)
		case isArchive(base):
			refuse(base, EntryNested)
		default:
			one := entry{name: base, size: int64(min(f.UncompressedSize64, 1<<62)), open: f.Open}
			if most, _ := k.limit(base); one.size <= most {
				needed += one.size
			}
			steps = append(steps, func() error { return k.add(one) })
		}
	}
	if err := k.room.claim(needed); err != nil {
		return err
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// openArchive reads the list of a ZIP's entries, if it is not too long.
func openArchive(file *os.File) (*zip.Reader, error) {
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if err := checkDirectory(file, info.Size()); err != nil {
		return nil, err
	}
	archive, err := zip.NewReader(file, info.Size())
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, refusal.New(ArchiveBroken, "reason", err.Error())
	}
	if len(archive.File) > maxEntries {
		return nil, refusal.New(ArchiveMany, "count", len(archive.File), "limit", maxEntries)
	}
	return archive, nil
}

// isPlainName says that a name is a path below the folder on any system.
func isPlainName(name string) bool {
	return fs.ValidPath(name) && name != "." && !strings.ContainsAny(name, "\\:\x00") && len(path.Base(name)) <= maxName
}

// isJunk says that a file is one that a system puts beside others.
func isJunk(base string) bool {
	return strings.HasPrefix(base, ".") || strings.EqualFold(base, "Thumbs.db") || strings.EqualFold(base, "desktop.ini")
}

// packedSigns are how packed files begin, whatever they are called.
var packedSigns = []string{"PK\x03\x04", "PK\x05\x06", "Rar!", "7z\xbc\xaf\x27\x1c", "\x1f\x8b"}

// isPacked says that a file holds others, by its name or by how it begins: only
// a ZIP is unpacked, and the others are told as what they are. A workbook is a
// ZIP too, but nobody means what is in it.
func isPacked(file *os.File, name string) bool {
	if isArchive(name) {
		return true
	}
	head := make([]byte, 8)
	n, _ := file.ReadAt(head, 0)
	begins := func(sign string) bool { return strings.HasPrefix(string(head[:n]), sign) }
	return !strings.EqualFold(path.Ext(name), ".xlsx") && slices.ContainsFunc(packedSigns, begins)
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
// entries is.
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
		entries, length := binary.LittleEndian.Uint16(tail[at+10:]), binary.LittleEndian.Uint32(tail[at+12:])
		// A list that needs the longer form has too many.
		if int(entries) > maxEntries || length > maxDirectory {
			return refusal.New(ArchiveMany, "count", int(entries), "limit", maxEntries)
		}
		// The list ends where this record begins, so that no more is read of it
		// than it says.
		if int64(binary.LittleEndian.Uint32(tail[at+16:]))+int64(length) != size-int64(len(tail)-at) {
			return refusal.New(ArchiveBroken, "reason", "its list of entries is not where its end says")
		}
		return nil
	}
	return refusal.New(ArchiveBroken, "reason", "no end of a ZIP")
}
