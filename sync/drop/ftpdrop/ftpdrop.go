// Package ftpdrop is a drop on an FTP server, plain (ftp://) or with explicit
// TLS (ftps://).
//
// The server is not trusted: every operation has a time limit, data comes only
// from the address of the control connection, answers and listings have a
// limit, only names of our pattern are looked at, and a file is «done» when
// the server tells its whole size under its final name. After any failure the
// connection is dropped; the next operation resumes where the .part file ends,
// also after a crash on either side, and a server that cannot resume gets the
// file from its beginning. Every refusal has its drop.Cause and one next step.
// It must not import any other drop.
package ftpdrop

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/textproto"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jlaffaye/ftp"

	"kaodian/sync/drop"
)

// Options are what a URL does not say. The zero value is ready to use.
type Options struct {
	// Deadline is how long one read or write of data, one answer or one dial
	// may take; 30 s if zero.
	Deadline time.Duration
	// Trust is how the server of an ftps:// URL is authenticated.
	Trust drop.Trust
	// Noted receives notes for staff; it may be nil.
	Noted func(drop.Note)
	// Listing is how many bytes a listing may have; 8 MiB if zero.
	Listing int64
	// Slowest is how many bytes a second a transfer must reach on the whole,
	// else it is given up; 1024 if zero.
	Slowest int64
}

const (
	defaultDeadline = 30 * time.Second
	defaultListing  = 8 << 20
	defaultSlowest  = 1 << 10
	copyBuffer      = 256 << 10 // small writes make FTPS slow, large ones leave the processor's cache
)

func (o Options) filled() Options {
	if o.Deadline == 0 {
		o.Deadline = defaultDeadline
	}
	if o.Listing == 0 {
		o.Listing = defaultListing
	}
	if o.Slowest == 0 {
		o.Slowest = defaultSlowest
	}
	if o.Noted == nil {
		o.Noted = func(drop.Note) {}
	}
	return o
}

type server struct {
	options  Options
	address  string
	user     string
	password string
	base     string      // relative, never with a leading slash: not every account is confined to its folder
	tls      *tls.Config // nil: plain

	mu   sync.Mutex
	idle *session
}

// Open prepares the drop; the first operation connects. The URL's path is
// below the folder in which the log-in ends (RFC 1738).
func Open(address string, options Options) (drop.Drop, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.Scheme != "ftp" && u.Scheme != "ftps" {
		return nil, errors.New("the drop's address cannot be read; it has the form ftp://user:password@host:port/path")
	}
	port := u.Port()
	if port == "" {
		port = "21"
	}
	password, _ := u.User.Password()
	s := &server{
		options: options.filled(), address: net.JoinHostPort(u.Hostname(), port),
		user: u.User.Username(), password: password, base: strings.Trim(path.Clean("/"+u.Path), "/"),
	}
	if u.Scheme == "ftps" {
		s.tls, err = tlsConfig(options.Trust, u.Hostname())
	}
	return s, err
}

// slowest is how long a transfer of so many bytes may take.
func (s *server) slowest(bytes int64) time.Duration {
	return time.Duration(bytes/s.options.Slowest) * time.Second
}

// Close ends the idle connection.
func (s *server) Close() error {
	s.mu.Lock()
	c := s.idle
	s.idle = nil
	s.mu.Unlock()
	if c != nil {
		c.quit()
	}
	return nil
}

func (s *server) path(name string) (string, error) {
	if err := drop.Check(name); err != nil {
		return "", err
	}
	return path.Join(s.base, name), nil
}

// size asks for a file's size and refuses an impossible one. If the server does
// not know SIZE, it is read from the folder's listing.
func (c *session) size(full string) (int64, error) {
	size, err := c.FileSize(full)
	if unknownCommand(err) {
		return c.listedSize(full)
	}
	if err == nil && size < 0 {
		return 0, fmt.Errorf("the server tells a size of %d bytes", size)
	}
	return size, err
}

func (c *session) listedSize(full string) (int64, error) {
	entries, err := c.list(path.Dir(full))
	if err != nil {
		return 0, err
	}
	for _, entry := range entries {
		if entry.Name == path.Base(full) && !entry.Dir {
			return entry.Size, nil
		}
	}
	return 0, &textproto.Error{Code: ftp.StatusFileUnavailable, Msg: "the folder's listing does not name it"}
}

// List returns what lies in the folder, only names of ours.
func (s *server) List(ctx context.Context, dir string) ([]drop.Entry, error) {
	full := path.Clean(s.base) // "" becomes "."
	if dir != "" {
		var err error
		if full, err = s.path(dir); err != nil {
			return nil, err
		}
	}
	var entries []drop.Entry
	err := s.do(ctx, s.options.Listing, func(c *session) (err error) {
		entries, err = c.list(full)
		if absent(err) {
			return nil
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return entries, nil
}

// list reads a folder's listing.
func (c *session) list(full string) ([]drop.Entry, error) {
	c.sockets.limit = c.listing
	defer func() { c.sockets.limit = 0 }()
	found, err := c.ServerConn.List(full)
	if err := done(err); err != nil {
		return nil, err
	}
	var entries []drop.Entry
	for _, f := range found {
		if drop.Plain(f.Name) && f.Type != ftp.EntryTypeLink {
			entries = append(entries, drop.Entry{Name: f.Name, Dir: f.Type == ftp.EntryTypeFolder, Size: sizeOf(f)})
		}
	}
	return entries, nil
}

func sizeOf(f *ftp.Entry) int64 {
	if f.Type == ftp.EntryTypeFolder {
		return 0
	}
	return int64(min(f.Size, 1<<62))
}

// Remove deletes the file; an absent one is no error.
func (s *server) Remove(ctx context.Context, name string) error {
	full, err := s.path(name)
	if err != nil {
		return err
	}
	return s.do(ctx, 0, func(c *session) error {
		refused := done(c.Delete(full))
		if !absent(refused) {
			return refused
		}
		_, err := c.size(full)
		if err == nil {
			return kept(name, refused)
		}
		if absent(err) {
			return nil
		}
		return err
	})
}

// RemoveFolder deletes the folder if it is empty; an absent one is no error. A
// refusal does not say which it is, so the folder is looked for.
func (s *server) RemoveFolder(ctx context.Context, name string) error {
	full, err := s.path(name)
	if err != nil {
		return err
	}
	return s.do(ctx, s.options.Listing, func(c *session) error {
		refused := done(c.RemoveDir(full))
		delete(c.made, full)
		if !absent(refused) {
			return refused
		}
		empty, err := c.isEmptyFolder(full)
		if err == nil && empty {
			return kept(name, refused)
		}
		return err
	})
}

// isEmptyFolder says whether the folder is there and holds nothing of ours.
func (c *session) isEmptyFolder(full string) (bool, error) {
	beside, err := c.list(path.Dir(full))
	if absent(err) || err == nil && !slices.ContainsFunc(beside, func(e drop.Entry) bool { return e.Dir && e.Name == path.Base(full) }) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	within, err := c.list(full)
	if absent(err) {
		return false, nil
	}
	return len(within) == 0, err
}

// kept is the refusal to delete what is there: 450 is in use for now.
func kept(name string, refused error) error {
	err := fmt.Errorf("the server does not let %s be deleted (%w)", name, refused)
	if answer, _ := answerOf(refused); answer.Code == ftp.StatusFileActionIgnored {
		return err
	}
	return drop.Because(drop.NotAllowed, fmt.Errorf("%w; %s", err, nextSteps[drop.NotAllowed]))
}

// Get reads a file; its size is asked for first and enforced. The reader owns
// its connection until it is closed.
func (s *server) Get(ctx context.Context, name string, limit int64) (io.ReadCloser, error) {
	full, err := s.path(name)
	if err != nil {
		return nil, err
	}
	got := &reader{server: s}
	asking, cancel := s.within(ctx, 0)
	defer cancel()
	got.session, err = s.run(asking, func(c *session) error {
		got.left, err = c.size(full)
		switch {
		case absent(err):
			return fmt.Errorf("%s: %w", name, fs.ErrNotExist)
		case err != nil:
			return err
		case got.left > limit:
			return fmt.Errorf("%s: %w", name, drop.ErrTooLarge)
		}
		got.response, err = c.Retr(full)
		return err
	})
	if err != nil {
		if got.session != nil {
			s.give(got.session)
		}
		return nil, err
	}
	got.begin(ctx)
	return got, nil
}
