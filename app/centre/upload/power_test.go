package upload

import (
	"bytes"
	"fmt"
	"testing"

	"kaodian/app/base/durable/durabletest"
	"kaodian/app/base/refusal"
	"kaodian/app/exam"
)

// The steps of one upload; after each a power cut is tried.
var steps = []func(b *bench, id string, data []byte) (acknowledged int64){
	func(b *bench, id string, data []byte) int64 { return b.mustSend(id, 0, data[:700]).Offset },
	func(b *bench, id string, data []byte) int64 { // two flushes and a rest
		u, err := b.Append(b.t.Context(), candidate, id, 700, cutAt(data[700:], 2500))
		wantCode(b.t, err, Failed)
		return u.Offset
	},
	func(b *bench, id string, data []byte) int64 { return b.mustSend(id, 3200, data[3200:]).Offset },
}

// I1: what was acknowledged is readable and correct after a power cut.
func TestAcknowledgedBytesSurviveAPowerCut(t *testing.T) {
	for after := 1; after <= len(steps); after++ {
		for _, loss := range []durabletest.Loss{durabletest.LoseAll, durabletest.LoseBytes} {
			t.Run(fmt.Sprintf("after step %d, loss %d", after, loss), func(t *testing.T) {
				if err := powerCut(t, after, loss, 0); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// Every sync is needed: with any one left out some power cut breaks I1.
func TestNoSyncOfAnUploadCanBeLeftOut(t *testing.T) {
	b := newBench(t)
	before := b.disk.Syncs()
	runSteps(b, len(steps))
	for n := 1; n <= b.disk.Syncs()-before; n++ {
		if !breaks(t, n) {
			t.Errorf("sync call %d makes no difference", n)
		}
	}
}

func breaks(t *testing.T, dropped int) bool {
	for after := 1; after <= len(steps); after++ {
		for _, loss := range []durabletest.Loss{durabletest.LoseAll, durabletest.LoseBytes} {
			if powerCut(t, after, loss, dropped) != nil {
				return true
			}
		}
	}
	return false
}

func runSteps(b *bench, n int) (id string, data []byte, acknowledged int64) {
	data = random(4000)
	id = b.create(int64(len(data))).ID
	for _, step := range steps[:n] {
		acknowledged = step(b, id, data)
	}
	return id, data, acknowledged
}

// powerCut runs the first steps, cuts the power, and says what is not as promised.
func powerCut(t *testing.T, after int, loss durabletest.Loss, dropped int) error {
	b := newBench(t)
	if dropped > 0 {
		b.disk.DropSync(dropped)
	}
	id, data, acknowledged := runSteps(b, after)
	b.disk.PowerCut(loss)
	path := b.part(id)
	if after == len(steps) {
		if b.content(path) != nil {
			return fmt.Errorf("the part is still there")
		}
		path = b.clip(id)
	}
	got := b.content(path)
	if int64(len(got)) < acknowledged || !bytes.Equal(got[:acknowledged], data[:acknowledged]) {
		return fmt.Errorf("%d bytes acknowledged, not there", acknowledged)
	}
	b.restart()
	u, err := b.Find(t.Context(), candidate, id)
	if err == nil && u.Offset != acknowledged {
		err = fmt.Errorf("offset %d, want %d", u.Offset, acknowledged)
	}
	return err
}

// A file is finished after a crash between any two of its last steps (I2).
func TestAWholeFileBecomesAClipAfterACrashAnywhere(t *testing.T) {
	data := random(2000)
	crashes := map[string]func(b *bench, u Upload){
		"before the rename": func(*bench, Upload) {},
		"between rename and row": func(b *bench, u Upload) {
			if err := b.Disk.Rename(b.part(u.ID), b.clip(u.ID)); err != nil {
				t.Fatal(err)
			}
		},
		"between the rename and the sync of the names": func(b *bench, u Upload) {
			if err := b.disk.Rename(b.part(u.ID), b.clip(u.ID)); err != nil {
				t.Fatal(err)
			}
		},
		"with both names": func(b *bench, u Upload) {
			if err := b.Disk.WriteFile(b.clip(u.ID), data, 0o600); err != nil {
				t.Fatal(err)
			}
		},
	}
	for name, crash := range crashes {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			u := b.create(int64(len(data)))
			b.rows.refuse = refusal.New(refusal.DiskFull) // the transaction did not happen
			if _, err := b.send(u.ID, 0, data); err == nil {
				t.Fatal("finished although refused")
			}
			// Back to the moment before the rename.
			if err := b.Disk.Rename(b.clip(u.ID), b.part(u.ID)); err != nil {
				t.Fatal(err)
			}
			crash(b, u)
			b.rows.refuse = nil
			b.clock.Advance(2 * b.Kept) // the deadline passed while it was down (R13)
			if found := b.restart(); len(found.Finished) != 1 {
				t.Errorf("recovery %+v", found)
			}
			if got := b.rows.clips[u.ID]; !got.Equal(noon) {
				t.Errorf("arrived %v, want %v", got, noon)
			}
			b.disk.PowerCut(durabletest.LoseAll) // the clip was shown as received
			b.restart()
			if !bytes.Equal(b.content(b.clip(u.ID)), data) || b.content(b.part(u.ID)) != nil {
				t.Error("not exactly the clip is there")
			}
			if found := b.restart(); len(found.Finished)+found.Orphans != 0 {
				t.Errorf("a second recovery did something: %+v", found)
			}
		})
	}
}

func TestRecoverBringsPartsAndRowsTogether(t *testing.T) {
	data := random(1000)
	tests := []struct {
		name   string
		damage func(b *bench, id string)
		want   Recovery
		offset int64 // -1: the upload is gone
	}{
		{"a part that runs ahead is cut back", func(b *bench, id string) {
			f, _ := b.disk.OpenFile(b.part(id), 0, 0)
			_, _ = f.WriteAt(make([]byte, 300), 500)
		}, Recovery{Unfinished: 1}, 500},
		{"a part shorter than promised is given up and told", func(b *bench, id string) {
			f, _ := b.disk.OpenFile(b.part(id), 0, 0)
			_ = f.Truncate(400)
		}, Recovery{Damaged: []string{"id"}}, -1},
		{"a part without a row is removed", func(b *bench, id string) {
			delete(b.rows.uploads, id)
		}, Recovery{Orphans: 1}, -1},
		{"an upload whose time is over is removed", func(b *bench, _ string) {
			b.clock.Advance(b.Kept)
		}, Recovery{Expired: 1}, -1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(t)
			id := b.create(1000).ID
			b.mustSend(id, 0, data[:500])
			test.damage(b, id)
			got := b.restart()
			if fmt.Sprint(len(got.Damaged), got.Unfinished, got.Orphans, got.Expired) !=
				fmt.Sprint(len(test.want.Damaged), test.want.Unfinished, test.want.Orphans, test.want.Expired) {
				t.Errorf("recovery %+v, want %+v", got, test.want)
			}
			if test.offset < 0 {
				_, err := b.Find(t.Context(), candidate, id)
				wantCode(t, err, exam.UploadNotFound)
				b.sweep()
				if b.content(b.part(id)) != nil {
					t.Error("the part is still there")
				}
				return
			}
			if size := int64(len(b.content(b.part(id)))); size != test.offset {
				t.Errorf("part of %d bytes, want %d", size, test.offset)
			}
		})
	}
}

// After a failed fsync nothing more is acknowledged until a restart.
func TestAfterAFailedSyncNothingIsAcknowledged(t *testing.T) {
	b := newBench(t)
	data := random(4000)
	id := b.create(4000).ID
	b.mustSend(id, 0, data[:1500])
	b.disk.FailSyncs(1)
	u, err := b.send(id, 1500, data[1500:])
	wantCode(t, err, refusal.StorageFailed)
	if u.Offset != 1500 {
		t.Errorf("offset %d, want the last safe one", u.Offset)
	}
	b.disk.Heal() // a second fsync succeeds, which proves nothing
	_, err = b.send(id, 1500, data[1500:])
	wantCode(t, err, refusal.StorageFailed)
	_, err = b.Find(t.Context(), candidate, id)
	wantCode(t, err, refusal.StorageFailed)
	_, err = b.Create(t.Context(), candidate, File{Attempt: "a2", Item: "1", Size: 1})
	wantCode(t, err, refusal.StorageFailed)
	if b.Failure() == nil {
		t.Error("the failure is not told")
	}
	b.disk.PowerCut(durabletest.LoseAll)
	b.restart()
	if u := b.mustSend(id, 1500, data[1500:]); !u.Finished || !bytes.Equal(b.content(b.clip(id)), data) {
		t.Error("after the restart the upload does not go on")
	}
}

func TestAFaultOfTheStoreIsAFailureToo(t *testing.T) {
	b := newBench(t)
	id := b.create(4000).ID
	b.rows.fault = errBrokenDisk
	_, err := b.send(id, 0, random(2000))
	wantCode(t, err, refusal.StorageFailed)
	b.rows.fault = nil
	_, err = b.Find(t.Context(), candidate, id)
	wantCode(t, err, refusal.StorageFailed)
}
