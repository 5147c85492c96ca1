package ftpdrop

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"path"

	"kaodian/sync/drop"
)

// source opens a file from an offset.
type source = func(offset int64) (io.ReadCloser, error)

// putting is one transfer. It may need more than one connection.
type putting struct {
	*server
	name, full string
	size       int64
	open       source

	resumedAt int64 // where it was resumed when the server hung up
	hangups   int   // how often the server hung up instead of answering
}

// maxHangups is how often a server may hang up on a resumed transfer without
// taking a byte: then the file is sent from its beginning.
const maxHangups = 2

// Put stores name.part from where it ends, asks for its size, renames it, and
// asks for the size under its name.
func (s *server) Put(ctx context.Context, name string, size int64, open func(int64) (io.ReadCloser, error)) error {
	full, err := s.path(name)
	if err != nil {
		return err
	}
	p := &putting{server: s, name: name, full: full, size: size, open: open}
	for {
		before := p.hangups
		err := s.do(ctx, size, p.put)
		if p.hangups == before || p.hangups > maxHangups || ctx.Err() != nil {
			return err
		}
	}
}

func (p *putting) put(c *session) error {
	there, err := c.size(p.full)
	if err == nil && there == p.size {
		return nil
	}
	if err != nil && broken(err) {
		return err
	}
	c.makeFolders(path.Dir(p.full))
	if err := p.store(c); err != nil {
		clear(c.made) // perhaps somebody removed a folder
		return fmt.Errorf("send %s: %w", p.name, err)
	}
	if err := c.finish(p.full, p.size); err != nil {
		return fmt.Errorf("finish %s: %w", p.name, err)
	}
	return nil
}

// makeFolders makes what is missing, once per connection. The server refuses a
// folder that exists, and a missing one shows at once when the file is stored.
func (c *session) makeFolders(folder string) {
	if folder == "." || c.made[folder] {
		return
	}
	if done(c.MakeDir(folder)) != nil {
		c.makeFolders(path.Dir(folder))
		_ = c.MakeDir(folder)
	}
	c.made[folder] = true
}

// store makes the .part file whole: from where it ends if the server can resume,
// else from its beginning. Servers that cannot do it refuse, take the rest for
// the whole, or hang up.
func (p *putting) store(c *session) error {
	part := p.full + drop.Part
	offset, err := c.size(part)
	if err != nil && broken(err) {
		return err
	}
	exists := err == nil
	if exists && offset == p.size {
		return nil
	}
	if exists && 0 < offset && offset < p.size {
		why, err := p.resume(c, part, offset)
		if why == nil {
			return err
		}
		p.options.Noted(drop.Note{Code: drop.NotResumed, Text: fmt.Sprintf("the FTP server did not let %s be gone on with (%v), "+
			"so it is sent from its beginning; whoever runs the server can allow it (REST before STOR)", p.name, why)})
	}
	return p.storeAnew(c, part, exists)
}

// resume sends the rest. why says that the server cannot do it: then the file
// has to be sent from its beginning.
func (p *putting) resume(c *session, part string, offset int64) (why, err error) {
	if p.hangups == maxHangups && offset == p.resumedAt {
		return errors.New("it hung up each time"), nil
	}
	sent := c.send(part, offset, p.open)
	if sent != nil && broken(sent) {
		if hungUp(sent) {
			p.hangups, p.resumedAt = p.hangups+1, offset
		}
		return nil, sent
	}
	if sent != nil && !refusal(sent) {
		return nil, sent
	}
	there, err := c.size(part)
	switch {
	case err != nil && broken(err):
		return nil, err
	case sent == nil && err == nil && there == p.size:
		return nil, nil
	case sent != nil && err == nil && there > offset: // it took some: something else ended it
		return nil, sent
	case sent != nil:
		return sent, nil
	}
	return fmt.Errorf("of %d bytes that lay there and %d that followed it keeps %d", offset, p.size-offset, there), nil
}

// storeAnew removes the .part file, since not every server overwrites one, and
// sends the whole.
func (p *putting) storeAnew(c *session, part string, exists bool) error {
	var kept error
	if exists {
		if kept = done(c.Delete(part)); kept != nil && broken(kept) {
			return kept
		}
	}
	if err := c.send(part, 0, p.open); err != nil {
		if kept != nil && refusal(err) {
			return fmt.Errorf("%s lies in the way and may not be removed (%w): %w", part, kept, err)
		}
		return err
	}
	there, err := c.size(part)
	if err == nil && there != p.size {
		err = fmt.Errorf("the server has %d of %d bytes", there, p.size)
	}
	return err
}

func (c *session) send(part string, offset int64, open source) error {
	in, err := open(offset)
	if err != nil {
		return drop.SourceError{Err: err}
	}
	err = c.StorFrom(part, bufio.NewReaderSize(drop.Reading(in), copyBuffer), uint64(offset))
	_, began := err.(interface{ Unwrap() []error }) // the library joins what ended a transfer
	if err = done(err); err != nil && (began || offset == 0) {
		err = storing{err}
	}
	return errors.Join(err, in.Close())
}

// finish replaces what lies under the final name (another size means that it is
// not this file), and checks the size under that name.
func (c *session) finish(full string, size int64) error {
	err := done(c.Rename(full+drop.Part, full))
	if err != nil && !broken(err) {
		_ = c.Delete(full) // some servers do not rename over a file
		err = done(c.Rename(full+drop.Part, full))
	}
	if err != nil {
		return err
	}
	there, err := c.size(full)
	if err == nil && there != size {
		err = fmt.Errorf("under its name the server has %d of %d bytes", there, size)
	}
	if absent(err) {
		err = drop.Because(drop.Unsuitable, fmt.Errorf("the server says that it renamed the file, and does not have it (%w); ask whoever runs the FTP server", err))
	}
	return err
}
