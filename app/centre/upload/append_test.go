package upload

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"sync"
	"testing"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/room"
	"kaodian/app/exam"
)

func TestAnUploadInPiecesIsTheFile(t *testing.T) {
	b := newBench(t)
	data := random(10_000)
	id := b.create(int64(len(data))).ID
	for offset := 0; offset < len(data); {
		n := min(3333, len(data)-offset)
		u := b.mustSend(id, int64(offset), data[offset:offset+n])
		offset += n
		if u.Offset != int64(offset) {
			t.Fatalf("offset %d, want %d", u.Offset, offset)
		}
	}
	if !bytes.Equal(b.content(b.clip(id)), data) {
		t.Error("the clip is not the file")
	}
	u, err := b.Find(t.Context(), candidate, id)
	if err != nil || !u.Finished || u.Offset != u.Size {
		t.Errorf("found %+v, error %v", u, err)
	}
	if u := b.mustSend(id, int64(len(data)), nil); !u.Finished {
		t.Error("an empty PATCH after the end is not answered as finished")
	}
}

func TestRefusalsBeforeTheFirstByte(t *testing.T) {
	long := int64(1<<20 + 1)
	tests := []struct {
		name string
		do   func(b *bench) error
		want refusal.Code
	}{
		{"R11: a file over the limit", func(b *bench) error {
			_, err := b.Create(b.t.Context(), candidate, File{Attempt: "a1", Item: "1", Size: long})
			return err
		}, exam.UploadTooLarge},
		{"an empty file", func(b *bench) error {
			_, err := b.Create(b.t.Context(), candidate, File{Attempt: "a1", Item: "1"})
			return err
		}, exam.UploadEmpty},
		{"R27: no room on the disk", func(b *bench) error {
			b.free = room.Reserve(100<<30) + 999
			_, err := b.Create(b.t.Context(), candidate, File{Attempt: "a1", Item: "1", Size: 1000})
			return err
		}, refusal.DiskFull},
		{"R27: the disk filled up meanwhile", func(b *bench) error {
			id := b.create(10).ID
			b.free = room.Reserve(100<<30) - 1
			_, err := b.send(id, 0, random(10))
			return err
		}, refusal.DiskFull},
		{"an unknown upload", func(b *bench) error {
			_, err := b.send("nothing", 0, nil)
			return err
		}, exam.UploadNotFound},
		{"somebody else's upload", func(b *bench) error {
			_, err := b.Append(b.t.Context(), Principal{Owner: "wang", Device: "phone"}, b.create(10).ID, 0, whole(nil))
			return err
		}, exam.UploadNotFound},
		{"R10: a device that does not hold the attempt", func(b *bench) error {
			_, err := b.Append(b.t.Context(), Principal{Owner: "li", Device: "tablet"}, b.create(10).ID, 0, whole(nil))
			return err
		}, exam.OtherDevice},
		{"another offset", func(b *bench) error { _, err := b.send(b.create(10).ID, 1, nil); return err }, OffsetMismatch},
		{"more than declared", func(b *bench) error { _, err := b.send(b.create(10).ID, 0, random(11)); return err }, exam.UploadTooLarge},
		{"R13: the deadline has passed", func(b *bench) error {
			id := b.create(10).ID
			b.clock.Set(b.rows.cutoff)
			_, err := b.send(id, 0, random(10))
			return err
		}, exam.UploadLate},
		{"R14: the attempt was submitted", func(b *bench) error {
			id := b.create(10).ID
			b.rows.cutoff = time.Time{}
			_, err := b.send(id, 0, random(10))
			return err
		}, exam.AttemptOver},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(t)
			wantCode(t, test.do(b), test.want)
			for _, u := range b.rows.uploads {
				if u.Offset != 0 {
					t.Errorf("%d bytes were taken", u.Offset)
				}
			}
		})
	}
}

// ticking is a body that lets time pass before every read.
type ticking struct {
	io.Reader
	tick func()
}

func (r ticking) Read(p []byte) (int, error) {
	r.tick()
	return r.Reader.Read(p[:min(len(p), 100)])
}

// R13: bytes that come at or after the cutoff do not count, to the byte.
func TestTheDeadlineCutsTheStream(t *testing.T) {
	tests := []struct {
		name   string
		cutoff time.Duration // after the start; a read of 100 bytes takes 1 s
		want   int64
		code   refusal.Code
	}{
		{"in the middle", 5500 * time.Millisecond, 500, exam.UploadLate},
		{"the last byte exactly at the deadline is late", 10 * time.Second, 900, exam.UploadLate},
		{"the last byte just before it counts", 10*time.Second + 1, 1000, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(t)
			b.rows.cutoff = noon.Add(test.cutoff)
			data := random(1000)
			id := b.create(1000).ID
			body := whole(data)
			body.Reader = ticking{bytes.NewReader(data), func() { b.clock.Advance(time.Second) }}
			u, err := b.Append(t.Context(), candidate, id, 0, body)
			if refusal.CodeOf(err) != test.code || u.Offset != test.want {
				t.Errorf("offset %d, error %v, want %d, %q", u.Offset, err, test.want, test.code)
			}
			if u.Finished != (test.code == "") {
				t.Errorf("finished %v", u.Finished)
			}
		})
	}
}

// R22: extra time that is given while bytes come counts at once.
func TestExtraTimeGivenMeanwhileCounts(t *testing.T) {
	b := newBench(t)
	b.rows.cutoff = noon.Add(5 * time.Second)
	data := random(1000)
	id := b.create(1000).ID
	body := whole(data)
	body.Reader = ticking{bytes.NewReader(data), func() {
		if b.clock.Advance(time.Second).Equal(noon.Add(4 * time.Second)) {
			b.rows.change(func(s *rows) { s.cutoff = noon.Add(time.Minute) })
		}
	}}
	if u, err := b.Append(t.Context(), candidate, id, 0, body); err != nil || !u.Finished {
		t.Errorf("upload %+v, error %v", u, err)
	}
}

func TestAClipTheExamRefusesIsThrownAway(t *testing.T) {
	b := newBench(t)
	id := b.create(100).ID
	b.rows.refuse = refusal.New(exam.UploadLate)
	_, err := b.send(id, 0, random(100))
	wantCode(t, err, exam.UploadLate)
	b.sweep()
	if b.content(b.clip(id)) != nil || b.content(b.part(id)) != nil || len(b.rows.uploads) > 0 {
		t.Error("something of it is left")
	}
	if b.Failure() != nil {
		t.Errorf("a refusal counts as failure: %v", b.Failure())
	}
}

func TestAWholeFileWhoseRowFoundTheDiskFullIsFinishedByTheNextHead(t *testing.T) {
	b := newBench(t)
	id := b.create(100).ID
	b.rows.refuse = refusal.New(refusal.DiskFull)
	_, err := b.send(id, 0, random(100))
	wantCode(t, err, refusal.DiskFull)
	b.rows.refuse = nil
	if _, err := b.Find(t.Context(), candidate, id); err != nil || len(b.rows.clips) != 1 {
		t.Errorf("error %v, clips %v", err, b.rows.clips)
	}
}

func TestChecksums(t *testing.T) {
	data := random(2500)
	sum := sha256.Sum256(data)
	good := "sha256 " + base64.StdEncoding.EncodeToString(sum[:])
	crc := "crc32 " + base64.StdEncoding.EncodeToString([]byte{1, 2, 3, 4})
	tests := []struct {
		name   string
		header string
		body   Body
		code   refusal.Code
		offset int64
	}{
		{"a body that fits counts", good, whole(data), "", 2500},
		{"a body with a flipped bit does not count at all", good, whole(append([]byte{data[0] ^ 1}, data[1:]...)), ChecksumMismatch, 0},
		{"a wrong crc32", crc, whole(data), ChecksumMismatch, 0},
		{"a cut body cannot be checked", good, cutAt(data, 2400), Failed, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(t)
			id := b.create(5000).ID
			sum, ok := ParseChecksum(test.header)
			if !ok {
				t.Fatal("the header is not understood")
			}
			test.body.Checksum = sum
			u, err := b.Append(t.Context(), candidate, id, 0, test.body)
			if refusal.CodeOf(err) != test.code || u.Offset != test.offset {
				t.Errorf("offset %d, error %v", u.Offset, err)
			}
			// The next body is written over what did not count.
			rest := random(5000 - int(test.offset))
			b.mustSend(id, test.offset, rest)
			if !bytes.HasSuffix(b.content(b.clip(id)), rest) {
				t.Error("the clip holds bytes that did not count")
			}
		})
	}
	for _, header := range []string{"", "sha1", "md5 AAAA", "sha1 ====", "sha1 AAAA"} {
		if _, ok := ParseChecksum(header); ok {
			t.Errorf("%q is accepted", header)
		}
	}
}

// socket is a body whose other side went silent.
type socket struct {
	data  *bytes.Reader
	quiet chan struct{} // closed when all data was read
	ended chan struct{}
	end   sync.Once
}

func (s *socket) Read(p []byte) (int, error) {
	if s.data.Len() > 0 {
		return s.data.Read(p)
	}
	close(s.quiet)
	<-s.ended
	return 0, context.DeadlineExceeded
}

func (s *socket) interrupt() { s.end.Do(func() { close(s.ended) }) }

func silent(data []byte, declared int64) Body {
	s := &socket{data: bytes.NewReader(data), quiet: make(chan struct{}), ended: make(chan struct{})}
	return Body{Reader: s, Length: declared, Interrupt: s.interrupt}
}

// A newcomer gets the upload at once, with all bytes that came.
func TestANewcomerTakesTheUploadOver(t *testing.T) {
	newcomers := map[string]func(b *bench, id string) (Upload, error){
		"HEAD":  func(b *bench, id string) (Upload, error) { return b.Find(b.t.Context(), candidate, id) },
		"PATCH": func(b *bench, id string) (Upload, error) { return b.send(id, 1700, random(1)) },
	}
	for name, newcomer := range newcomers {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			id := b.create(9000).ID
			holder := holdOn(b, id, random(1700), 9000)
			start := time.Now()
			u, err := newcomer(b, id)
			if took := time.Since(start); took > 2*time.Second {
				t.Errorf("it took %v", took)
			}
			if err != nil || u.Offset < 1700 {
				t.Errorf("offset %d, error %v", u.Offset, err)
			}
			wantCode(t, <-holder, Failed)
		})
	}
}

// holdOn starts a PATCH whose phone goes silent after data, and waits until it
// was read.
func holdOn(b *bench, id string, data []byte, declared int64) chan error {
	body := silent(data, declared)
	result := make(chan error, 1)
	go func() {
		_, err := b.Append(b.t.Context(), candidate, id, 0, body)
		result <- err
	}()
	<-body.Reader.(*socket).quiet
	return result
}

// R24: a phone whose request is not answered yet can see that its bytes come, and does not break it off.
func TestWhatHasArrivedIsSeenWithoutDisturbing(t *testing.T) {
	b := newBench(t)
	id := b.create(9000).ID
	if n := b.Arrived(id); n != 0 {
		t.Errorf("before the first byte %d have arrived", n)
	}
	holder := holdOn(b, id, random(1700), 9000)
	if n := b.Arrived(id); n != 1700 {
		t.Errorf("%d bytes have arrived, want 1700", n)
	}
	select {
	case err := <-holder:
		t.Errorf("the holder ended: %v", err)
	default:
	}
	if u, err := b.Find(t.Context(), candidate, id); err != nil || u.Offset != 1700 {
		t.Errorf("offset %d, error %v", u.Offset, err)
	}
	<-holder
	if n := b.Arrived(id); n != 0 {
		t.Errorf("after the request %d have arrived", n)
	}
}

// Whoever may not send bytes must not be able to disturb who does.
func TestOthersDoNotDisturbTheHolder(t *testing.T) {
	b := newBench(t)
	id := b.create(9000).ID
	holder := holdOn(b, id, random(100), 9000)
	_, err := b.Find(t.Context(), Principal{Owner: "wang", Device: "phone"}, id)
	wantCode(t, err, exam.UploadNotFound)
	_, err = b.Append(t.Context(), Principal{Owner: "wang", Device: "phone"}, id, 0, whole(nil))
	wantCode(t, err, exam.UploadNotFound)
	_, err = b.Append(t.Context(), Principal{Owner: "li", Device: "tablet"}, id, 0, whole(nil))
	wantCode(t, err, exam.OtherDevice)
	if _, err := b.Find(t.Context(), Principal{Owner: "li", Device: "tablet"}, id); err != nil {
		t.Errorf("R10: a second device cannot look: %v", err)
	}
	select {
	case err := <-holder:
		t.Errorf("the holder ended: %v", err)
	case <-time.After(20 * time.Millisecond):
	}
	b.Release("a1", "tablet") // R10: the tablet took over
	wantCode(t, <-holder, exam.OtherDevice)
}

// A cut request that the server gets to see late must not take the upload
// from the one that replaced it.
func TestALateGhostDoesNotTakeOver(t *testing.T) {
	b := newBench(t)
	id := b.create(9000).ID
	holder := holdOn(b, id, random(100), 9000)
	ghost := whole(random(500))
	ghost.Gone = func() bool { return true }
	_, err := b.Append(t.Context(), candidate, id, 0, ghost)
	wantCode(t, err, Failed)
	select {
	case err := <-holder:
		t.Errorf("the holder ended: %v", err)
	case <-time.After(20 * time.Millisecond):
	}
	if _, err := b.Find(t.Context(), candidate, id); err != nil {
		t.Error(err)
	}
	<-holder
}

func TestTheEndOfAnAttemptEndsItsUploads(t *testing.T) {
	b := newBench(t)
	id := b.create(9000).ID
	holder := holdOn(b, id, random(100), 9000)
	if err := b.rows.RemoveUpload(t.Context(), id); err != nil { // as the act itself does
		t.Fatal(err)
	}
	b.EndAttempt("a1")
	wantCode(t, <-holder, exam.AttemptOver)
	_, err := b.Find(t.Context(), candidate, id)
	wantCode(t, err, exam.UploadNotFound)
	b.sweep()
	if b.content(b.part(id)) != nil {
		t.Error("the part is still there")
	}
}

// R10, R14: also a request that looked its upload up just before is told.
func TestAnAttemptThatEndsWhileARequestBeginsEndsItToo(t *testing.T) {
	changes := map[refusal.Code]func(b *bench){
		exam.AttemptOver: func(b *bench) { b.rows.cutoff = time.Time{}; b.EndAttempt("a1") },
		exam.OtherDevice: func(b *bench) { b.rows.device = "tablet"; b.Release("a1", "tablet") },
	}
	for code, change := range changes {
		t.Run(string(code), func(t *testing.T) {
			b := newBench(t)
			id := b.create(9000).ID
			b.rows.looked = func() { b.rows.looked = nil; change(b) }
			body := silent(random(100), 9000)
			defer body.Interrupt()
			result := make(chan error, 1)
			go func() {
				_, err := b.Append(b.t.Context(), candidate, id, 0, body)
				result <- err
			}()
			select {
			case err := <-result:
				wantCode(t, err, code)
			case <-time.After(time.Minute):
				t.Error("it goes on")
			}
		})
	}
}

func TestASilentPhoneIsToldAtTheDeadline(t *testing.T) {
	b := newBench(t)
	b.clock.Set(time.Now())
	b.rows.cutoff = b.clock.Now().Add(30 * time.Millisecond)
	id := b.create(9000).ID
	holder := holdOn(b, id, random(100), 9000)
	b.clock.Advance(time.Minute)
	select {
	case err := <-holder:
		wantCode(t, err, exam.UploadLate)
	case <-time.After(time.Minute):
		t.Error("it still waits")
	}
}

func TestANewUploadOfAnItemReplacesTheUnfinishedOne(t *testing.T) {
	b := newBench(t)
	first := b.create(9000).ID
	holder := holdOn(b, first, random(100), 9000)
	second := b.create(50).ID
	wantCode(t, <-holder, Failed)
	if b.content(b.part(first)) != nil {
		t.Error("the first part is still there")
	}
	b.mustSend(second, 0, random(50))
}

func TestTerminateAndExpire(t *testing.T) {
	b := newBench(t)
	id := b.create(100).ID
	b.mustSend(id, 0, random(50))
	wantCode(t, b.Terminate(t.Context(), Principal{Owner: "wang", Device: "phone"}, id), exam.UploadNotFound)
	wantCode(t, b.Terminate(t.Context(), Principal{Owner: "li", Device: "tablet"}, id), exam.OtherDevice)
	if err := b.Terminate(t.Context(), candidate, id); err != nil {
		t.Fatal(err)
	}
	wantCode(t, b.Terminate(t.Context(), candidate, id), exam.UploadNotFound)

	done := b.create(100).ID
	b.mustSend(done, 0, random(100))
	wantCode(t, b.Terminate(t.Context(), candidate, done), exam.UploadNotFound) // it is a clip now (R12)

	b.create(100)
	b.clock.Advance(b.Kept)
	b.rows.change(func(s *rows) { s.held = true })
	if n, err := b.Expire(t.Context()); n != 0 || err != nil {
		t.Errorf("expired %d by a date that may be wrong, error %v", n, err)
	}
	if found, err := b.Recover(t.Context()); err != nil || found.Expired != 0 {
		t.Errorf("a start expired %d by it, error %v", found.Expired, err)
	}
	b.rows.change(func(s *rows) { s.held = false })
	if n, err := b.Expire(t.Context()); n != 1 || err != nil {
		t.Errorf("expired %d, error %v", n, err)
	}
	if len(b.content(b.clip(done))) != 100 {
		t.Error("the clip went along")
	}
}

// R13: all its bytes arrived in time, so it is a clip, however long a full disk
// kept it from becoming one, and no phone has to come back for it.
func TestR13AWholeUploadThatADiskKeptWaitingIsNeverExpired(t *testing.T) {
	b := newBench(t)
	id := b.create(100).ID
	b.rows.change(func(s *rows) { s.refuse = refusal.New(refusal.DiskFull) })
	_, err := b.send(id, 0, random(100))
	wantCode(t, err, refusal.DiskFull)
	b.clock.Advance(2 * b.Kept)
	if n, err := b.Expire(t.Context()); n != 0 || err != nil {
		t.Fatalf("expired %d, error %v", n, err)
	}
	b.rows.change(func(s *rows) { s.refuse = nil })
	if n, err := b.Expire(t.Context()); n != 0 || err != nil {
		t.Errorf("expired %d, error %v", n, err)
	}
	if _, isClip := b.rows.clips[id]; !isClip || len(b.content(b.clip(id))) != 100 {
		t.Error("it is no clip when the disk has room again")
	}
}

// I1: after a failed sync a second one says that all is well, so only a new
// process may make the clip, and nothing is removed before.
func TestI1UpkeepFinishesAndRemovesNothingAfterAFailure(t *testing.T) {
	b := newBench(t)
	whole := b.create(100).ID
	b.rows.change(func(s *rows) { s.refuse = refusal.New(refusal.DiskFull) })
	_, err := b.send(whole, 0, random(100))
	wantCode(t, err, refusal.DiskFull)
	u, err := b.Create(t.Context(), candidate, File{Attempt: "a2", Item: "1", Size: 100})
	if err != nil {
		t.Fatal(err)
	}
	begun := u.ID
	b.rows.change(func(s *rows) { s.refuse = nil })
	_ = b.fail(errBrokenDisk)
	b.clock.Advance(2 * b.Kept)
	if n, err := b.Expire(t.Context()); n != 0 || err != nil {
		t.Errorf("removed %d, error %v", n, err)
	}
	if len(b.rows.clips) != 0 || b.content(b.part(begun)) == nil {
		t.Error("it went on after the failure")
	}
	b.restart()
	if _, isClip := b.rows.clips[whole]; !isClip {
		t.Error("the new process makes no clip of it")
	}
}

// Offsets of many uploads that are due together share a transaction.
func TestOffsetsAreRecordedInGroups(t *testing.T) {
	s := newRows()
	s.slow = make(chan struct{})
	r := &recorder{store: s}
	const many = 50
	done := make(chan error, many)
	for i := range many {
		go func() { done <- r.record(t.Context(), Offset{ID: fmt.Sprint(i)}) }()
	}
	for {
		r.mu.Lock()
		waiting := len(r.pending)
		r.mu.Unlock()
		if waiting == many-1 {
			break
		}
		time.Sleep(time.Millisecond)
	}
	close(s.slow)
	for range many {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if s.records != 2 {
		t.Errorf("%d transactions, want one for the first and one for the rest", s.records)
	}
}
