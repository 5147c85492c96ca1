package upload

import (
	"bytes"
	"os"
	"syscall"
	"testing"
	"time"

	"kaodian/app/base/durable"
	"kaodian/app/base/durable/durabletest"
	"kaodian/app/exam"
)

func (b *bench) createLive() Upload {
	b.t.Helper()
	u, err := b.Create(b.t.Context(), candidate, File{Attempt: "a1", Item: "1", Live: true})
	if err != nil {
		b.t.Fatal(err)
	}
	return u
}

func last(data []byte, total int64) Body {
	body := whole(data)
	body.Total = total
	return body
}

// R23: a recording is sent while it is recorded; its end tells its length.
func TestR23ALiveUploadIsTheRecording(t *testing.T) {
	b := newBench(t)
	data := random(5000)
	u := b.createLive()
	if !u.Live || u.Size != b.MaxSize {
		t.Fatalf("%+v", u)
	}
	if u = b.mustSend(u.ID, 0, data[:3000]); u.Finished || !u.Live {
		t.Fatalf("finished before its end: %+v", u)
	}
	u, err := b.Append(t.Context(), candidate, u.ID, 3000, last(data[3000:], 5000))
	if err != nil || !u.Finished || u.Live || u.Size != 5000 {
		t.Fatalf("%+v, %v", u, err)
	}
	if !bytes.Equal(b.content(b.clip(u.ID)), data) {
		t.Error("the clip is not the recording")
	}
}

// R11: nobody gets round the limit by not telling the length.
func TestR11ALiveUploadHasTheLimitToo(t *testing.T) {
	b := newBench(t)
	u := b.createLive()
	_, err := b.send(u.ID, 0, random(int(b.MaxSize)+1))
	wantCode(t, err, exam.UploadTooLarge)
	b.mustSend(u.ID, 0, random(1000))
	_, err = b.Append(t.Context(), candidate, u.ID, 1000, last(nil, b.MaxSize+1))
	wantCode(t, err, exam.UploadTooLarge)
	_, err = b.Append(t.Context(), candidate, u.ID, 1000, last(nil, 999))
	wantCode(t, err, LengthMismatch)
	_, err = b.Append(t.Context(), candidate, u.ID, 1000, last(random(10), 1009))
	wantCode(t, err, LengthMismatch)
}

// R27: the room that a recording did not need is free for others at its end.
func TestR27TheRoomThatWasNotNeededIsGivenBack(t *testing.T) {
	b := newBench(t)
	b.Disk = durable.OS()
	b.Parts, b.Clips = t.TempDir(), t.TempDir()
	u := b.createLive()
	before := blocks(t, b.part(u.ID))
	if before < b.MaxSize {
		t.Skipf("this file system takes no room ahead: %d bytes", before)
	}
	if _, err := b.Append(t.Context(), candidate, u.ID, 0, last(random(5000), 5000)); err != nil {
		t.Fatal(err)
	}
	if after := blocks(t, b.clip(u.ID)); after > 64<<10 {
		t.Errorf("the clip of 5000 bytes takes %d", after)
	}
}

// R16, R28: what was recorded until the phone was lost is a clip when the
// time is over, as far as it was promised.
func TestR28ARecordingThatBrokeOffIsAClipAtTheTimeout(t *testing.T) {
	data := random(5000)
	begin := func(t *testing.T) (*bench, string) {
		b := newBench(t)
		id := b.createLive().ID
		_, err := b.Append(t.Context(), candidate, id, 0, cutAt(data, 3000))
		wantCode(t, err, Failed)
		return b, id
	}
	check := func(t *testing.T, b *bench, id string) {
		t.Helper()
		if arrived, ok := b.rows.clips[id]; !ok || !arrived.Before(b.rows.cutoff) || !bytes.Equal(b.content(b.clip(id)), data[:3000]) {
			t.Errorf("clips %v, %d bytes", b.rows.clips, len(b.content(b.clip(id))))
		}
	}
	t.Run("while the server runs", func(t *testing.T) {
		b, id := begin(t)
		b.clock.Set(b.rows.cutoff.Add(finishGrace - time.Second))
		if _, err := b.Expire(t.Context()); err != nil || len(b.rows.clips) != 0 {
			t.Fatalf("too early: %v, %v", b.rows.clips, err)
		}
		b.clock.Advance(time.Second)
		if _, err := b.Expire(t.Context()); err != nil {
			t.Fatal(err)
		}
		check(t, b, id)
	})
	t.Run("while the server was off for days", func(t *testing.T) {
		b, id := begin(t)
		b.disk.PowerCut(durabletest.LoseAll)
		b.clock.Advance(72 * time.Hour)
		if found := b.restart(); len(found.Finished) != 1 {
			t.Fatalf("found %+v", found)
		}
		check(t, b, id)
	})
	t.Run("also when its last piece is cut", func(t *testing.T) {
		b, id := begin(t)
		piece := cutAt(data[3000:], 500)
		piece.Total = 5000
		_, err := b.Append(t.Context(), candidate, id, 3000, piece)
		wantCode(t, err, Failed)
		b.clock.Set(b.rows.cutoff.Add(finishGrace))
		if _, err := b.Expire(t.Context()); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(b.content(b.clip(id)), data[:3500]) {
			t.Errorf("the clip has %d bytes", len(b.content(b.clip(id))))
		}
	})
	t.Run("not when nothing came", func(t *testing.T) {
		b := newBench(t)
		b.createLive()
		b.clock.Advance(72 * time.Hour)
		if found := b.restart(); found.Expired != 1 || len(b.rows.clips) != 0 {
			t.Errorf("found %+v", found)
		}
	})
	t.Run("nor in the place of a whole clip", func(t *testing.T) {
		b, id := begin(t)
		b.rows.change(func(s *rows) { u := s.uploads[id]; u.Replaces = true; s.uploads[id] = u })
		b.clock.Set(b.rows.cutoff.Add(finishGrace))
		if n, err := b.Expire(t.Context()); err != nil || n != 1 || len(b.rows.clips) != 0 {
			t.Errorf("%v, removed %d, %v", b.rows.clips, n, err)
		}
	})
	t.Run("nor while extra time runs", func(t *testing.T) {
		b, _ := begin(t)
		b.clock.Set(b.rows.cutoff.Add(finishGrace))
		list, _ := b.rows.ListUploads(t.Context(), "")
		b.rows.cutoff = b.rows.cutoff.Add(time.Hour) // given just now
		if err := b.finishLate(t.Context(), list[0]); err != nil || len(b.rows.clips) != 0 {
			t.Errorf("%v, %v", b.rows.clips, err)
		}
	})
}

// I1: a power cut at any sync of the end loses nothing that was promised, and
// the phone gets to the clip.
func TestI1APowerCutAtTheEndOfALiveUpload(t *testing.T) {
	for _, loss := range []durabletest.Loss{durabletest.LoseAll, durabletest.LoseBytes} {
		failures := 0
		for n := 1; cutAtTheEnd(t, n, loss); n++ {
			failures++
		}
		if failures < 4 {
			t.Errorf("the end has only %d syncs", failures)
		}
	}
}

// cutAtTheEnd cuts the power at the n-th sync of an end; false when it has fewer.
func cutAtTheEnd(t *testing.T, n int, loss durabletest.Loss) bool {
	t.Helper()
	b, data := newBench(t), random(5000)
	id := b.createLive().ID
	b.mustSend(id, 0, data[:3000])
	b.disk.FailSyncs(n)
	_, failure := b.Append(t.Context(), candidate, id, 3000, last(data[3000:], 5000))
	b.disk.PowerCut(loss)
	b.restart()
	u, err := b.Find(t.Context(), candidate, id)
	if err != nil || u.Offset < 3000 {
		t.Fatalf("sync %d: offset %d, %v", n, u.Offset, err)
	}
	if !u.Finished {
		if _, err = b.Append(t.Context(), candidate, id, u.Offset, last(data[u.Offset:], 5000)); err != nil {
			t.Fatalf("sync %d: %v", n, err)
		}
	}
	if !bytes.Equal(b.content(b.clip(id)), data) {
		t.Errorf("sync %d: the clip is not the recording", n)
	}
	return failure != nil
}

// blocks is how much of the disk a file takes, in bytes.
func blocks(t *testing.T, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Sys().(*syscall.Stat_t).Blocks * 512
}
