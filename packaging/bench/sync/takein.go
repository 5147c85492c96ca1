package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"kaodian/packaging/bench/row"
	"kaodian/sync/batch"
	"kaodian/sync/batch/batchtest"
	"kaodian/sync/records/recordstest"
)

const (
	province  = "bin/kaodian-province"
	clips     = 100
	clipBytes = 4 * mebibyte
	rows      = 10_000
)

// takingIn compares taking a batch in, from the start of the program to its
// end, with decrypting and hashing its files alone. The limit is for the time of
// the processor; beside it the time on the clock is told, in which ours also
// writes and syncs every clip, and the peer nothing.
func (b *bench) takingIn() error {
	name, clock, memory := "sync/take in/10000 records and 100 clips, MB by a second of the processor", "sync/take in/10000 records and 100 clips, MB/s", "sync/take in/memory, MiB"
	if !b.wanted(name) && !b.wanted(clock) && !b.wanted(memory) {
		return nil
	}
	b.say("taking in %d records with %d clips of %d MiB", rows, clips, clipBytes/mebibyte)
	l, err := b.newLine()
	if err != nil {
		return err
	}
	speed := func(t time.Duration) float64 { return clips * clipBytes / 1e6 / t.Seconds() }
	var folder string
	medians, err := b.inTurn(
		func() (values []float64, err error) {
			if folder, err = l.next(); err != nil {
				return nil, err
			}
			u, err := l.receive()
			b.peak[memory] = max(b.peak[memory], u.peak)
			return []float64{speed(u.processor), speed(u.wall)}, err
		},
		func() ([]float64, error) {
			u, err := b.task(nil, "open-peer", folder, l.identity)
			return []float64{speed(u.processor), speed(u.wall)}, errors.Join(err, os.RemoveAll(filepath.Join(folder, "media")))
		},
	)
	if err != nil {
		return err
	}
	ours, peer := medians[0], medians[1]
	return b.print(row.AtLeast(name, ours[0], peer[0], 0.8), row.AtLeast(clock, ours[1], peer[1], 0), row.Within(memory, b.peak[memory], nil, maxMemory))
}

// line is a province, its drop, and a centre that sends to it.
type line struct {
	*bench
	store, drop, identity string
	sender                *batchtest.Sender
}

func (b *bench) newLine() (*line, error) {
	l := &line{bench: b, store: filepath.Join(scratch, "province"), drop: filepath.Join(scratch, "drop"), identity: filepath.Join(scratch, "identity")}
	if err := os.MkdirAll(l.drop, 0o755); err != nil {
		return nil, err
	}
	file := filepath.Join(scratch, "enrolment.json")
	for _, words := range [][]string{{"init"}, {"enrol", "bench", "--drop", "dir:/drop", "--out", file}} {
		if err := l.province(words...); err != nil {
			return nil, err
		}
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var invitation batch.Invitation
	if err := json.Unmarshal(text, &invitation); err != nil {
		return nil, err
	}
	l.sender = batchtest.NewSender(must{}, "bench", invitation.Recipient)
	batchtest.WriteFile(must{}, filepath.Join(l.drop, batch.RequestName("bench", l.sender.Install)), l.sender.Request(must{}, invitation.Token))
	if err := l.province("receive", "--root", l.drop); err != nil {
		return nil, err
	}
	return l, l.keepIdentity()
}

// keepIdentity writes the province's age key without the comment before it.
func (l *line) keepIdentity() error {
	text, err := os.ReadFile(filepath.Join(l.store, "keys", "province.age"))
	if err != nil {
		return err
	}
	for text := range strings.Lines(string(text)) {
		if !strings.HasPrefix(text, "#") {
			return os.WriteFile(l.identity, []byte(strings.TrimSpace(text)), 0o600)
		}
	}
	return errors.New("the province has no age key")
}

func (l *line) province(words ...string) error {
	command := exec.CommandContext(l.ctx, province, append(words, "--store", l.store)...)
	if out, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", strings.Join(words, " "), err, out)
	}
	return nil
}

// next leaves one more batch at the drop. Its bytes are its own: media that the
// province has need not be stored again.
func (l *line) next() (folder string, err error) {
	source := rand.NewChaCha8([32]byte{byte(l.sender.Sequence)})
	plain := make([]batchtest.Plain, clips)
	for i := range plain {
		plain[i] = batchtest.Plain{Bytes: make([]byte, clipBytes), Type: "video/mp4", Role: "original"}
		_, _ = source.Read(plain[i].Bytes) // never fails
	}
	b := l.sender.Next(must{}, plain, func(ref batch.Ref, media []batchtest.Media) []byte {
		return recordstest.Records(must{}, scratch, ref, media, more)
	})
	b.Write(must{}, l.drop)
	return filepath.Join(l.drop, b.Manifest.Ref().Folder()), nil
}

// more fills the records of 100 clips up to 10 000 rows with findings; a clip
// has twelve rows besides.
const more = `WITH RECURSIVE number (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM number WHERE value < 88)
INSERT INTO findings
SELECT examinations.id, number.value, 'light', 'warn', 30.5, 40.0, 'at_least', '', 'too_dark', '', ''
FROM examinations CROSS JOIN number`

// receive takes in what lies at the drop.
func (l *line) receive() (used, error) {
	return measured(l.ctx, nil, province, "receive", "--root", l.drop, "--store", l.store)
}

// must ends the program where a maker of batches fails, as a test would end.
type must struct{}

func (must) Helper() {}

func (must) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }
