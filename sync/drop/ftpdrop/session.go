package ftpdrop

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"strconv"

	"github.com/jlaffaye/ftp"

	"kaodian/sync/drop"
)

// drained is how many deadlines the server may take to confirm a transfer: on a
// slow line the last bytes are still in our socket's buffer.
const drained = 4

// session is one connection, logged in, for one operation at a time.
type session struct {
	*ftp.ServerConn
	sockets *sockets
	listing int64           // how many bytes a listing may have
	made    map[string]bool // folders that are known to be there
}

// errSlow ends an operation whose single steps keep their deadlines.
var errSlow = drop.Temporary(errors.New("the FTP server is too slow to be of use; look after the line"))

// within limits the time of an operation that moves so many bytes: each read
// and write has its own deadline, but a server may drip.
func (s *server) within(ctx context.Context, size int64) (context.Context, context.CancelFunc) {
	const steps = 2 * drained // deadlines for the commands around a transfer
	return context.WithTimeoutCause(ctx, steps*s.options.Deadline+s.slowest(size), errSlow)
}

// do runs one operation that moves so many bytes.
func (s *server) do(ctx context.Context, size int64, operation func(*session) error) error {
	ctx, cancel := s.within(ctx, size)
	defer cancel()
	c, err := s.run(ctx, operation)
	if c != nil {
		s.give(c)
	}
	return err
}

// run returns the session too if it can be reused; after any failure but an FTP
// refusal it is dropped.
func (s *server) run(ctx context.Context, operation func(*session) error) (*session, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	c := s.take(ctx)
	if c == nil {
		var err error
		if c, err = s.dial(ctx); err != nil {
			return nil, err
		}
	}
	err := c.during(ctx, func() error { return operation(c) })
	if broken(err) {
		c.sockets.close()
		c = nil
	}
	return c, s.classify(err)
}

// during closes the sockets when the context ends. The library parses untrusted
// input and has panicked on it (an address «)(»): a panic becomes an error.
func (c *session) during(ctx context.Context, do func() error) (err error) {
	c.sockets.within(ctx)
	stop := context.AfterFunc(ctx, c.sockets.close)
	defer func() {
		if panicked := recover(); panicked != nil {
			err = fmt.Errorf("the server's answer cannot be read: %v", panicked)
		}
		if !stop() {
			err = stopped{context.Cause(ctx)}
		}
	}()
	return do()
}

// take returns the idle connection if it still answers: servers close a
// connection that idles too long.
func (s *server) take(ctx context.Context) *session {
	s.mu.Lock()
	c := s.idle
	s.idle = nil
	s.mu.Unlock()
	if c == nil {
		return nil
	}
	if err := c.during(ctx, c.NoOp); err != nil {
		c.sockets.close()
		return nil
	}
	return c
}

// give keeps the connection for the next operation.
func (s *server) give(c *session) {
	s.mu.Lock()
	if s.idle == nil {
		s.idle, c = c, nil
	}
	s.mu.Unlock()
	if c != nil {
		c.quit()
	}
}

func (c *session) quit() {
	_ = c.Quit() // courtesy: everything is done or will be repeated
	c.sockets.close()
}

func (s *server) dial(ctx context.Context) (*session, error) {
	c := &session{sockets: &sockets{deadline: s.options.Deadline, tls: s.secured()}, listing: s.options.Listing, made: map[string]bool{}}
	err := c.during(ctx, func() error { return s.logIn(c) })
	if err != nil {
		c.sockets.close()
		return nil, s.classify(err)
	}
	return c, nil
}

// secured are the TLS settings of one session, nil for a plain one. Servers
// require that a data connection resumes the TLS session of its own control
// connection, so no other is offered.
func (s *server) secured() *tls.Config {
	if s.tls == nil {
		return nil
	}
	config := s.tls.Clone()
	config.ClientSessionCache = tls.NewLRUClientSessionCache(1)
	return config
}

func (s *server) logIn(c *session) error {
	last := &lastAnswer{}
	options := []ftp.DialOption{ftp.DialWithDialFunc(c.sockets.dial), ftp.DialWithShutTimeout(drained * s.options.Deadline), ftp.DialWithDebugOutput(last)}
	if c.sockets.tls != nil {
		options = append(options, ftp.DialWithExplicitTLS(c.sockets.tls))
	}
	var err error
	if c.ServerConn, err = ftp.Dial(s.address, options...); err != nil {
		if answer, ok := answerOf(err); ok && !broken(err) && c.sockets.tls != nil { // to AUTH TLS
			return drop.Because(drop.Unsuitable, fmt.Errorf("the FTP server %s offers no TLS (%w); ask whoever runs it to switch it on", s.address, answer))
		}
		return fmt.Errorf("the FTP server %s cannot be reached: %w", s.address, err)
	}
	err = c.Login(s.user, s.password)
	last.over = true
	if err != nil {
		return fmt.Errorf("log in at the FTP server %s: %w", s.address, last.answered(err))
	}
	return nil
}

// lastAnswer records the control connection, because the library does not
// return the number of every answer to a log-in.
type lastAnswer struct {
	code int
	rest []byte // of a line that has not ended
	over bool   // the log-in is over: nothing more is recorded
}

func (l *lastAnswer) Write(b []byte) (int, error) {
	const limit = 512
	if l.over {
		return len(b), nil
	}
	l.rest = append(l.rest, b...)
	for {
		line, rest, ended := bytes.Cut(l.rest, []byte("\n"))
		if !ended {
			break
		}
		if number, err := strconv.Atoi(string(line[:min(3, len(line))])); err == nil && len(line) > 3 && line[3] == ' ' {
			l.code = number
		}
		l.rest = rest
	}
	l.rest = l.rest[:min(len(l.rest), limit)]
	return len(b), nil
}

// answered gives the error its number if the server answered with one.
func (l *lastAnswer) answered(err error) error {
	_, known := errors.AsType[*textproto.Error](err)
	if _, broke := errors.AsType[net.Error](err); known || broke || errors.Is(err, io.EOF) || causes[l.code] == "" && l.code < firstRefusal {
		return err
	}
	return &textproto.Error{Code: l.code, Msg: err.Error()}
}
