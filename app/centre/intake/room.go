package intake

import (
	"io"
	"sync"

	"kaodian/app/base/refusal"
)

// Room tells how many bytes of the disk nobody was promised (R27).
type Room func() (left int64, err error)

// account is the room of all who unpack at one time: what one has claimed and
// not written yet the disk does not know of, and the others may not have.
type account struct {
	mu      sync.Mutex
	claimed int64
}

// share is the part of one who unpacks.
type share struct {
	account *account
	left    Room
	claimed int64 // and not written yet
}

// claim takes room, or refuses with NoRoom.
func (s *share) claim(needed int64) error {
	s.account.mu.Lock()
	defer s.account.mu.Unlock()
	left, err := s.left()
	if err != nil {
		return err
	}
	if left -= s.account.claimed; needed > left {
		return refusal.New(NoRoom, "needed_bytes", needed, "left_bytes", max(0, left))
	}
	s.claimed += needed
	s.account.claimed += needed
	return nil
}

// giveBack ends the claim of what is written, or will not be.
func (s *share) giveBack(bytes int64) {
	s.account.mu.Lock()
	defer s.account.mu.Unlock()
	s.claimed -= bytes
	s.account.claimed -= bytes
}

func (s *share) end() { s.giveBack(s.claimed) }

// writer writes what was claimed; more, of an entry longer than its archive
// says, is claimed as it comes.
func (s *share) writer(to io.Writer) io.Writer { return claiming{s, to} }

type claiming struct {
	share *share
	to    io.Writer
}

func (w claiming) Write(p []byte) (int, error) {
	bytes := int64(len(p))
	if more := bytes - w.share.claimed; more > 0 {
		if err := w.share.claim(more); err != nil {
			return 0, err
		}
	}
	n, err := w.to.Write(p)
	w.share.giveBack(bytes)
	return n, err
}
