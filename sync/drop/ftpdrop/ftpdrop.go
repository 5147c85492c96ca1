// Package ftpdrop is a drop on an FTP server, plain (ftp://) or with explicit
// TLS (ftps://).
//
// The server is not believed: every operation has a deadline, data comes
// only from the address of the control connection, a listing has a limit,
// only names of our pattern are looked at, and a file is «done» when the
// server tells its whole size under its final name. After any failure the
// connection is thrown away; the next operation goes on where the .part file
// ends. It must not import any other drop.
package ftpdrop

import (
	"bufio"
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
	"strings"
	"time"

	"github.com/jlaffaye/ftp"

	"kaodian/sync/drop"
)

// Options are what a URL does not say. Zero values are good ones.
type Options struct {
	// Deadline is how long one read or write of a socket may take; 30 s if zero.
	Deadline time.Duration
	// TLS is the base of the TLS settings: the system's roots if nil.
	TLS *tls.Config
	// Listing is how many bytes a listing may have; 8 MiB if zero.
	Listing int64
}

const (
	defaultDeadline = 30 * time.Second
	defaultListing  = 8 << 20
	copyBuffer      = 1 << 20 // small writes make FTPS slow
)

type server struct {
	options  Options
	address  string
	host     string
	user     string
	password string
	base     string      // below the folder in which the log-in ends (RFC 1738)
	tls      *tls.Config // nil: plain

	conn *ftp.ServerConn
	net  *sockets
}

// Open prepares the drop; the first operation connects.
func Open(address string, options Options) (drop.Drop, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.Scheme != "ftp" && u.Scheme != "ftps" {
		return nil, errors.New("the drop's address cannot be read; it has the form ftp://user:password@host:port/path")
	}
	if options.Deadline == 0 {
		options.Deadline = defaultDeadline
	}
	if options.Listing == 0 {
		options.Listing = defaultListing
	}
	port := u.Port()
	if port == "" {
		port = "21"
	}
	password, _ := u.User.Password()
	s := &server{
		options: options, address: net.JoinHostPort(u.Hostname(), port), host: u.Hostname(),
		user: u.User.Username(), password: password, base: strings.Trim(path.Clean("/"+u.Path), "/"),
	}
	if u.Scheme == "ftps" {
		s.tls = tlsConfig(options.TLS, u.Hostname())
	}
	return s, nil
}

// tlsConfig keeps to TLS 1.2: over 1.3 the end of an upload gets lost against
// vsftpd. Sessions are kept, because servers ask that the data connection
// resumes the control connection's.
func tlsConfig(base *tls.Config, host string) *tls.Config {
	config := &tls.Config{}
	if base != nil {
		config = base.Clone()
	}
	config.ServerName = host
	config.MinVersion, config.MaxVersion = tls.VersionTLS12, tls.VersionTLS12
	config.ClientSessionCache = tls.NewLRUClientSessionCache(4)
	return config
}

// Close ends the connection.
func (s *server) Close() error {
	if s.conn == nil {
		return nil
	}
	conn := s.conn
	s.conn = nil
	_ = conn.Quit() // politeness: everything is done or will be repeated
	s.net.close()
	return nil
}

// do runs one operation on a connection. A failed one throws it away.
func (s *server) do(ctx context.Context, operation func(*ftp.ServerConn) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := s.connect(ctx); err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, s.net.close)
	err := operation(s.conn)
	if stop() && !broken(err) {
		return classify(err)
	}
	s.net.close()
	s.conn = nil
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return classify(err)
}

func (s *server) connect(ctx context.Context) error {
	if s.conn != nil {
		return nil
	}
	s.net = &sockets{server: s}
	stop := context.AfterFunc(ctx, s.net.close)
	defer stop()
	options := []ftp.DialOption{ftp.DialWithDialFunc(s.net.dial), ftp.DialWithShutTimeout(s.options.Deadline)}
	if s.tls != nil {
		options = append(options, ftp.DialWithExplicitTLS(s.tls))
	}
	conn, err := ftp.Dial(s.address, options...)
	if err != nil {
		s.net.close()
		return drop.Temporary(fmt.Errorf("the FTP server %s cannot be reached: %w", s.address, err))
	}
	if err := conn.Login(s.user, s.password); err != nil {
		s.net.close()
		return classify(fmt.Errorf("log in at the FTP server %s: %w", s.address, err))
	}
	s.conn = conn
	return nil
}

// broken says that the connection itself cannot be trusted any more: every
// error but an orderly answer of the server.
func broken(err error) bool {
	if err == nil || errors.Is(err, fs.ErrNotExist) || errors.Is(err, drop.ErrTooLarge) {
		return false
	}
	_, answered := errors.AsType[*textproto.Error](err)
	return !answered
}

// classify marks what may pass: everything but an answer that is final (5xx).
func classify(err error) error {
	if err == nil || errors.Is(err, fs.ErrNotExist) || errors.Is(err, drop.ErrTooLarge) || errors.Is(err, context.Canceled) {
		return err
	}
	const firstFinal = 500
	if answer, found := errors.AsType[*textproto.Error](err); found && answer.Code >= firstFinal {
		return fmt.Errorf("%w; ask whoever runs the FTP server", err)
	}
	return drop.Temporary(err)
}

func (s *server) path(name string) (string, error) {
	if err := drop.Check(name); err != nil {
		return "", err
	}
	return path.Join(s.base, name), nil
}

// Put stores name.part from where it ends, asks for its size, and renames it.
func (s *server) Put(ctx context.Context, name string, size int64, open func(int64) (io.ReadCloser, error)) error {
	full, err := s.path(name)
	if err != nil {
		return err
	}
	return s.do(ctx, func(conn *ftp.ServerConn) error {
		if there, err := conn.FileSize(full); err == nil && there == size {
			return nil
		}
		makeFolders(conn, path.Dir(full))
		if err := s.store(conn, full+drop.Part, size, open); err != nil {
			return fmt.Errorf("send %s: %w", name, err)
		}
		return rename(conn, full)
	})
}

// makeFolders makes what is missing; a folder that is there is refused by
// the server, and a missing one shows at once when the file is stored.
func makeFolders(conn *ftp.ServerConn, folder string) {
	if folder == "." {
		return
	}
	if conn.MakeDir(folder) == nil {
		return
	}
	makeFolders(conn, path.Dir(folder))
	_ = conn.MakeDir(folder)
}

func (s *server) store(conn *ftp.ServerConn, part string, size int64, open func(int64) (io.ReadCloser, error)) error {
	offset, err := conn.FileSize(part)
	if err != nil || offset > size {
		offset = 0
	}
	if offset < size || size == 0 {
		in, err := open(offset)
		if err != nil {
			return err
		}
		err = conn.StorFrom(part, bufio.NewReaderSize(onlyReader{in}, copyBuffer), uint64(offset))
		if err := errors.Join(err, in.Close()); err != nil {
			return err
		}
	}
	there, err := conn.FileSize(part)
	if err != nil {
		return err
	}
	if there != size {
		return fmt.Errorf("the server has %d of %d bytes", there, size)
	}
	return nil
}

// onlyReader hides a file's WriteTo, which would pass the buffer by.
type onlyReader struct{ io.Reader }

// rename replaces what lies under the final name: another size of it is no
// file of ours.
func rename(conn *ftp.ServerConn, full string) error {
	if err := conn.Rename(full+drop.Part, full); err == nil {
		return nil
	}
	_ = conn.Delete(full) // some servers do not rename over a file
	return conn.Rename(full+drop.Part, full)
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
	err := s.do(ctx, func(conn *ftp.ServerConn) error {
		s.net.limit = s.options.Listing
		defer func() { s.net.limit = 0 }()
		found, err := conn.List(full)
		if absent(err) {
			return nil
		}
		for _, f := range found {
			if drop.Plain(f.Name) && f.Type != ftp.EntryTypeLink {
				entries = append(entries, drop.Entry{Name: f.Name, Dir: f.Type == ftp.EntryTypeFolder, Size: sizeOf(f)})
			}
		}
		return err
	})
	return entries, err
}

func sizeOf(f *ftp.Entry) int64 {
	if f.Type == ftp.EntryTypeFolder {
		return 0
	}
	return int64(min(f.Size, 1<<62))
}

// absent is FTP's «no such file», which also stands for «not allowed».
func absent(err error) bool {
	answer, found := errors.AsType[*textproto.Error](err)
	return found && answer.Code == ftp.StatusFileUnavailable
}

// Get reads a file; its size is asked for first and kept to.
func (s *server) Get(ctx context.Context, name string, limit int64) (io.ReadCloser, error) {
	full, err := s.path(name)
	if err != nil {
		return nil, err
	}
	var got *reader
	err = s.do(ctx, func(conn *ftp.ServerConn) error {
		size, err := conn.FileSize(full)
		switch {
		case absent(err):
			return fmt.Errorf("%s: %w", name, fs.ErrNotExist)
		case err != nil:
			return err
		case size > limit:
			return fmt.Errorf("%s: %w", name, drop.ErrTooLarge)
		}
		response, err := conn.Retr(full)
		if err != nil {
			return err
		}
		got = &reader{server: s, response: response, left: size, stop: context.AfterFunc(ctx, s.net.close)}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return got, nil
}

// reader ends with the size that the server told, and says if less came.
type reader struct {
	server   *server
	response *ftp.Response
	left     int64
	stop     func() bool
}

func (r *reader) Read(p []byte) (int, error) {
	if r.left == 0 {
		return 0, io.EOF
	}
	n, err := r.response.Read(p[:min(int64(len(p)), r.left)])
	r.left -= int64(n)
	switch {
	case r.left == 0:
		return n, nil // whatever comes now is told by Close
	case errors.Is(err, io.EOF):
		err = io.ErrUnexpectedEOF
	}
	return n, classify(err)
}

func (r *reader) Close() error {
	r.stop()
	if err := r.response.Close(); err != nil || r.left > 0 {
		r.server.net.close()
		r.server.conn = nil
	}
	return nil
}

// Remove deletes the file; an absent one is no error.
func (s *server) Remove(ctx context.Context, name string) error {
	full, err := s.path(name)
	if err != nil {
		return err
	}
	return s.do(ctx, func(conn *ftp.ServerConn) error {
		if err := conn.Delete(full); !absent(err) {
			return err
		}
		_, err := conn.FileSize(full)
		if err == nil {
			return fmt.Errorf("the server does not let %s be deleted", name)
		}
		if absent(err) {
			return nil
		}
		return err
	})
}
