package main

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path"
	"path/filepath"
	"slices"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/web/staff"
)

// serviceLog keeps the last lines of what the service writes, without anything
// personal, in two files of the data folder: for the page, and for whoever helps
// from afar. The whole lines go to the journal as ever. A line that cannot be
// written is lost: the log must never keep an exam from going on.
type serviceLog struct {
	mu     sync.Mutex
	folder string          // "" until the centre is there
	early  []staff.LogLine // before that
	file   *os.File
	size   int64
}

const (
	serviceLogName   = "service.log"
	formerServiceLog = "service.log.1"
	maxServiceLog    = 1 << 20 // bytes of one file: some five thousand lines
	maxEarly         = 200
	maxLogDetail     = 6000 // bytes of a value, which a stack may need
)

// begin has the lines kept in that folder, which is a centre's.
func (l *serviceLog) begin(folder string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.folder = folder
	for _, line := range l.early {
		l.write(line)
	}
	l.early = nil
}

func (l *serviceLog) keep(line staff.LogLine) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.folder != "" {
		l.write(line)
	} else if len(l.early) < maxEarly {
		l.early = append(l.early, line)
	}
}

// write appends a line; a full file becomes the former one.
func (l *serviceLog) write(line staff.LogLine) {
	text, err := json.Marshal(line)
	if err != nil {
		return
	}
	if l.size+int64(len(text)) > maxServiceLog {
		l.turn()
	}
	if l.file == nil && !l.open() {
		return
	}
	n, err := l.file.Write(append(text, '\n'))
	l.size += int64(n)
	if err != nil {
		l.close()
	}
}

func (l *serviceLog) open() bool {
	file, err := openServiceLog(filepath.Join(l.folder, serviceLogName), os.O_APPEND|os.O_CREATE|os.O_RDWR)
	if err != nil {
		return false
	}
	size, err := endLine(file)
	if err != nil {
		_ = file.Close() // nothing was written
		return false
	}
	l.file, l.size = file, size
	return true
}

// openServiceLog opens a file of the log's own: it follows no link, and waits for
// nobody at the other end of a pipe.
func openServiceLog(path string, flags int) (*os.File, error) {
	file, err := os.OpenFile(path, flags|unix.O_NOFOLLOW|unix.O_NONBLOCK, 0o600)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is no file", path)
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// endLine ends what a crash left of a line, so that the next one is none of it, and
// returns the file's size.
func endLine(file *os.File) (size int64, err error) {
	info, err := file.Stat()
	if err != nil || info.Size() == 0 {
		return 0, err
	}
	last := make([]byte, 1)
	if _, err := file.ReadAt(last, info.Size()-1); err != nil || last[0] == '\n' {
		return info.Size(), err
	}
	_, err = file.Write([]byte("\n"))
	return info.Size() + 1, err
}

// turn has the full file become the former one. Where it cannot, its lines are
// given up: the log must not grow on.
func (l *serviceLog) turn() {
	l.close()
	path := filepath.Join(l.folder, serviceLogName)
	if err := os.Rename(path, filepath.Join(l.folder, formerServiceLog)); err != nil && !errors.Is(err, os.ErrNotExist) {
		_ = os.Remove(path) // else the next line tries again
	}
}

func (l *serviceLog) close() {
	if l.file != nil {
		_ = l.file.Close() // lines are lost as they may be
	}
	l.file, l.size = nil, 0
}

// readServiceLog are the lines that are kept in a folder, the oldest first; what can
// be read of them also with an error.
func readServiceLog(folder string) (lines []staff.LogLine, err error) {
	for _, name := range []string{formerServiceLog, serviceLogName} {
		file, failed := openServiceLog(filepath.Join(folder, name), os.O_RDONLY)
		if errors.Is(failed, os.ErrNotExist) {
			continue
		}
		if failed == nil {
			var text []byte
			text, failed = io.ReadAll(io.LimitReader(file, 2*maxServiceLog))
			lines = append(lines, logLinesOf(text)...)
			failed = errors.Join(failed, file.Close())
		}
		err = errors.Join(err, failed)
	}
	return lines, err
}

// logLinesOf leaves out what a crash or a full disk left of a line.
func logLinesOf(text []byte) (lines []staff.LogLine) {
	for one := range bytes.Lines(text) {
		var line staff.LogLine
		if json.Unmarshal(one, &line) == nil && !line.At.IsZero() {
			lines = append(lines, line)
		}
	}
	return lines
}

// bothLogs hands each record to the journal whole, and to the service's log
// without anything personal.
type bothLogs struct {
	slog.Handler
	kept *serviceLog
	with []slog.Attr
}

func newLog(kept *serviceLog) *slog.Logger {
	return slog.New(bothLogs{Handler: slog.NewTextHandler(os.Stderr, nil), kept: kept})
}

func (b bothLogs) Handle(ctx context.Context, record slog.Record) error {
	b.kept.keep(harmlessLine(record, b.with))
	return b.Handler.Handle(ctx, record)
}

func (b bothLogs) WithAttrs(attrs []slog.Attr) slog.Handler {
	b.Handler, b.with = b.Handler.WithAttrs(attrs), append(slices.Clone(b.with), attrs...)
	return b
}

func (b bothLogs) WithGroup(name string) slog.Handler {
	b.Handler = b.Handler.WithGroup(name)
	return b
}

// harmlessLine is a record without anything personal. Its message is a text of the
// program's source; of its details only those go in that are known to be harmless.
func harmlessLine(record slog.Record, with []slog.Attr) staff.LogLine {
	line := staff.LogLine{At: record.Time, Level: levelName(record.Level), Message: record.Message}
	add := func(a slog.Attr) bool {
		if value := harmless(a.Key, a.Value.Resolve()); value != "" {
			line.Details = append(line.Details, staff.LogDetail{Name: a.Key, Value: value[:min(len(value), maxLogDetail)]})
		}
		return true
	}
	for _, a := range with {
		add(a)
	}
	record.Attrs(add)
	return line
}

func levelName(level slog.Level) string {
	switch {
	case level >= slog.LevelError:
		return "error"
	case level >= slog.LevelWarn:
		return "warn"
	}
	return "info"
}

// harmlessTexts are the details whose texts are words or names of the program's
// own: kinds of jobs, random names of clips, parts of the machine, calls of the API.
var harmlessTexts = []string{"kind", "clip", "part", "wrong", "version", "operation", "where", "stack", "only"}

// harmless is what of a detail may be kept; "" for nothing.
func harmless(key string, value slog.Value) string {
	switch value.Kind() {
	case slog.KindBool, slog.KindDuration, slog.KindTime, slog.KindInt64, slog.KindUint64, slog.KindFloat64:
		return value.String()
	case slog.KindString:
		if key == "file" {
			return harmlessFile(value.String())
		}
		if slices.Contains(harmlessTexts, key) || key == "found" && isWord(value.String()) {
			return value.String()
		}
	case slog.KindAny:
		if err, ok := value.Any().(error); ok {
			return kindOf(err)
		}
	}
	return ""
}

// harmlessFile is a stored file's name without the hash that many are called by: of a
// photo or a scan it is a person's, and outlasts an erasure here.
func harmlessFile(name string) string {
	if folder, hash := path.Split(name); folder != "vault/bank/" && len(hash) == 2*sha256.Size {
		return folder + "…"
	}
	return name
}

// isWord says that a text is one of the program's codes.
func isWord(text string) bool {
	return !slices.ContainsFunc([]rune(text), func(r rune) bool { return r != '_' && (r < 'a' || r > 'z') })
}

// kindOf says of what kind an error is, without its text, in which a path, an
// address or a name may stand: its code, the system's word for it, or its types.
func kindOf(err error) string {
	var types string
	for at := err; at != nil; at = errors.Unwrap(at) {
		types += fmt.Sprintf(" %T", at)
	}
	number, _ := errors.AsType[syscall.Errno](err)
	system := ""
	if number != 0 {
		system = number.Error()
	}
	switch {
	case errors.Is(err, context.Canceled):
		system = "canceled"
	case errors.Is(err, context.DeadlineExceeded):
		system = "it took too long"
	}
	return cmp.Or(string(refusal.CodeOf(err)), system, types[1:])
}

// logPage is the service's log for the page.
type logPage struct{ folder string }

// maxLogLines is how many lines a page shows.
const maxLogLines = 500

// Lines is staff.ServiceLog's.
func (l logPage) Lines(least string) ([]staff.LogLine, error) {
	levels := []string{"info", "warn", "error"}
	wanted := levels[max(0, slices.Index(levels, least)):]
	lines, err := readServiceLog(l.folder)
	lines = slices.DeleteFunc(lines, func(line staff.LogLine) bool { return !slices.Contains(wanted, line.Level) })
	lines = lines[max(0, len(lines)-maxLogLines):]
	slices.Reverse(lines)
	return lines, err
}
