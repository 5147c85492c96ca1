package parcels_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"kaodian/app/base/clock"
	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/centre/store/storetest"
	"kaodian/app/exam"
	"kaodian/sync/batch"
	"kaodian/sync/batch/parceltest"
	"kaodian/sync/drop/dirdrop"
	"kaodian/sync/parcels"
	"kaodian/sync/seal"
)

// place is a centre's install, its drop, and the province that sends to it.
type place struct {
	t        *testing.T
	store    *store.Store
	shelf    parcels.Shelf
	province *parceltest.Province
	root     string
	room     error
}

func newPlace(t *testing.T) *place {
	t.Helper()
	p := &place{t: t, root: t.TempDir()}
	folder := t.TempDir()
	var err error
	p.store, err = store.Open(t.Context(), storetest.Path(t, folder), exam.DefaultRules(time.UTC), clock.New(time.Time{}))
	p.must(err)
	t.Cleanup(func() { p.must(p.store.Close()) })
	identity, err := seal.GenerateIdentity()
	p.must(err)
	signer, err := seal.GenerateSigner()
	p.must(err)
	key, err := seal.ParseVerifier(signer.PublicKey())
	p.must(err)
	p.province = &parceltest.Province{Signer: signer, Recipient: identity.Recipient(), Centre: "north", Install: "0123456789abcdef"}
	p.shelf = parcels.Shelf{
		Store: p.store, Folder: folder, Centre: "north", Install: p.province.Install, Province: key, Identity: identity,
		Room: func(context.Context, int64) error { return p.room },
	}
	return p
}

func (p *place) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

func (p *place) ref(sequence int64) batch.Ref {
	return batch.Ref{Centre: p.province.Centre, Install: p.province.Install, Sequence: sequence}
}

func (p *place) put(one *parceltest.Parcel) { one.Write(p.t, p.root, p.ref(one.Manifest.Sequence)) }

func (p *place) lose(sequence int64) {
	p.must(os.RemoveAll(filepath.Join(p.root, filepath.FromSlash(p.ref(sequence).ParcelFolder()))))
}

// fetch runs once and returns what was told.
func (p *place) fetch() []string {
	p.t.Helper()
	at, err := dirdrop.Open(p.root)
	p.must(err)
	wrong, err := p.shelf.Fetch(p.t.Context(), at)
	p.must(err)
	return wrong
}

// list are the parcels that came, the oldest first.
func (p *place) list() []store.Parcel {
	p.t.Helper()
	list, err := p.store.ListParcels(p.t.Context(), p.province.Install, 1000)
	p.must(err)
	slices.SortFunc(list, func(a, b store.Parcel) int { return cmp.Compare(a.Sequence, b.Sequence) })
	return list
}

func TestAParcelIsFetchedOnceAndOpens(t *testing.T) {
	p := newPlace(t)
	one := p.province.Orders(t, parceltest.List("T10013"), []byte("PK a photo archive"))
	p.put(one)
	for range 3 {
		if wrong := p.fetch(); len(wrong) > 0 {
			t.Fatal(wrong)
		}
	}
	list := p.list()
	if len(list) != 1 || list[0].State != store.ParcelWaiting || list[0].Kind != "orders" || list[0].Title != "春季" || list[0].ManifestSHA256 != one.Sum {
		t.Fatalf("%+v", list)
	}
	p.lose(1) // the sealed one on the disk is enough
	dir := t.TempDir()
	opened, err := p.shelf.Open(t.Context(), list[0], dir)
	p.must(err)
	text, err := os.ReadFile(opened.List)
	if err != nil || string(text) != parceltest.List("T10013") || len(opened.Photos) != 1 || filepath.Dir(opened.Photos[0]) != dir {
		t.Errorf("%+v, %q, %v", opened, text, err)
	}
}

// I6: what waits lies sealed.
func TestI6NothingOfAParcelLiesInTheClear(t *testing.T) {
	p := newPlace(t)
	p.put(p.province.Orders(t, parceltest.List("T10013")))
	p.fetch()
	p.must(filepath.WalkDir(filepath.Join(p.shelf.Folder, "down"), func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if bytes.Contains(text, []byte("王小明")) || bytes.Contains(text, []byte("list.csv")) {
			t.Errorf("%s can be read", path)
		}
		return err
	}))
}

// spoiled are parcels that nobody may take, and what is told of each.
var spoiled = map[string]struct {
	spoil func(t *testing.T, p *place, one *parceltest.Parcel)
	says  string
}{
	"forged": {func(t *testing.T, p *place, one *parceltest.Parcel) {
		other, err := seal.GenerateSigner()
		p.must(err)
		p.province.Sign(t, one, other)
	}, "not signed by the province"},
	"a changed manifest": {func(_ *testing.T, _ *place, one *parceltest.Parcel) {
		one.Files[batch.ManifestName] = bytes.Replace(one.Files[batch.ManifestName], []byte("parceltest"), []byte("parceltesT"), 1)
	}, "not signed by the province"},
	"no manifest": {func(_ *testing.T, _ *place, one *parceltest.Parcel) { delete(one.Files, batch.ManifestName) }, "manifest is missing"},
	"a huge manifest": {func(_ *testing.T, _ *place, one *parceltest.Parcel) {
		one.Files[batch.ManifestName] = make([]byte, batch.MaxMessageBytes+1)
	}, "larger than it may be"},
	"a truncated file": {func(_ *testing.T, _ *place, one *parceltest.Parcel) {
		name := one.Manifest.Files[0].Name
		one.Files[name] = one.Files[name][:len(one.Files[name])-1]
	}, "not as it was sent"},
	"a longer file": {func(_ *testing.T, _ *place, one *parceltest.Parcel) {
		name := one.Manifest.Files[0].Name
		one.Files[name] = append(one.Files[name], 0)
	}, "larger than its manifest says"},
	"a swapped file": {func(_ *testing.T, _ *place, one *parceltest.Parcel) {
		name := one.Manifest.Files[0].Name
		one.Files[name] = bytes.Repeat([]byte("x"), len(one.Files[name]))
	}, "not as it was sent"},
	"a missing file": {func(_ *testing.T, _ *place, one *parceltest.Parcel) { delete(one.Files, batch.ContentsName) }, "is missing"},
	"a newer version": {func(t *testing.T, p *place, one *parceltest.Parcel) {
		p.province.SignBytes(t, one, p.province.Signer, []byte(`{"version":2,"what_nobody_knows":1}`))
	}, "install a newer kaodian"},
	"unknown keys": {func(t *testing.T, p *place, one *parceltest.Parcel) {
		p.province.SignBytes(t, one, p.province.Signer, bytes.Replace(one.Files[batch.ManifestName], []byte(`"version":1`), []byte(`"version":1,"x":1`), 1))
	}, "no message of this format"},
	"other bytes than the canonical ones": {func(t *testing.T, p *place, one *parceltest.Parcel) {
		p.province.SignBytes(t, one, p.province.Signer, append(one.Files[batch.ManifestName], '\n'))
	}, "canonical"},
	"of another centre": {func(t *testing.T, p *place, one *parceltest.Parcel) {
		one.Manifest.Centre = "south"
		p.province.Sign(t, one, p.province.Signer)
	}, "under another name"},
	"of another install": {func(t *testing.T, p *place, one *parceltest.Parcel) {
		one.Manifest.Install = "ffffffffffffffff"
		p.province.Sign(t, one, p.province.Signer)
	}, "under another name"},
	"renamed": {func(t *testing.T, p *place, one *parceltest.Parcel) {
		one.Manifest.Sequence, one.Manifest.Previous = 7, strings.Repeat("a", 64)
		p.province.Sign(t, one, p.province.Signer)
		one.Manifest.Sequence = 1 // where it lies
	}, "under another name"},
	"for another key": {func(t *testing.T, p *place, one *parceltest.Parcel) {
		other, err := seal.GenerateIdentity()
		p.must(err)
		one.Manifest.Recipient = other.Recipient()
		p.province.Sign(t, one, p.province.Signer)
	}, "another install's key"},
	"a path for a name": {func(t *testing.T, p *place, one *parceltest.Parcel) {
		one.Manifest.Files[0].Name = "../../../x"
		p.province.Sign(t, one, p.province.Signer)
	}, "names a file"},
	"one name twice": {func(t *testing.T, p *place, one *parceltest.Parcel) {
		one.Manifest.Files = append(one.Manifest.Files, one.Manifest.Files[0])
		p.province.Sign(t, one, p.province.Signer)
	}, "twice"},
	"a huge size": {func(t *testing.T, p *place, one *parceltest.Parcel) {
		one.Manifest.Files[0].Size = 1 << 40
		p.province.Sign(t, one, p.province.Signer)
	}, "bytes"},
}

// What arose on the road is told, not answered, takes nothing, and is taken once
// it came whole.
func TestAParcelThatCameWrongIsToldAndTakenOnceItIsWhole(t *testing.T) {
	for name, c := range spoiled {
		t.Run(name, func(t *testing.T) {
			p := newPlace(t)
			one := p.province.Peek(t, parceltest.List("T10013"))
			c.spoil(t, p, one)
			p.put(one)
			if wrong := p.fetch(); len(wrong) != 1 || !strings.Contains(wrong[0], c.says) || len(p.list()) != 0 {
				t.Fatalf("told %v, came %+v", wrong, p.list())
			}
			p.lose(1)
			p.put(p.province.Orders(t, parceltest.List("T10013")))
			if wrong := p.fetch(); len(wrong) > 0 || len(p.list()) != 1 {
				t.Errorf("told %v, came %+v", wrong, p.list())
			}
		})
	}
}

// What the own disk damaged is told as that, and goes nowhere.
func TestWhatTheOwnDiskDamagedIsToldAsThat(t *testing.T) {
	p := newPlace(t)
	p.put(p.province.Orders(t, parceltest.List("T10013")))
	p.fetch()
	one := p.list()[0]
	kept, err := filepath.Glob(filepath.Join(p.shelf.Folder, "down", "*", "*"))
	p.must(err)
	for _, file := range kept {
		whole, err := os.ReadFile(file)
		p.must(err)
		p.must(os.WriteFile(file, append(whole[:len(whole)-1:len(whole)-1], whole[len(whole)-1]^1), 0o600))
		dir := t.TempDir()
		if _, err := p.shelf.Open(t.Context(), one, dir); !refusal.Is(err, store.ParcelDamaged) && filepath.Base(file) != batch.SignatureName {
			t.Errorf("%s: %v", filepath.Base(file), err)
		}
		p.must(os.WriteFile(file, whole, 0o600))
	}
	if _, err := p.shelf.Open(t.Context(), one, t.TempDir()); err != nil || len(kept) < 3 {
		t.Errorf("%v, %d files", err, len(kept))
	}
}

// What cannot be read at the drop is told and keeps no other from coming, be it of
// a parcel that came long ago.
func TestWhatCannotBeReadKeepsNoOtherFromComing(t *testing.T) {
	for what, lay := range map[string]func(place string) error{
		"a link":   func(place string) error { return os.Symlink("nowhere", place) },
		"a folder": func(place string) error { return os.Mkdir(place, 0o700) },
	} {
		for _, name := range []string{batch.SignatureName, batch.ManifestName} {
			p := newPlace(t)
			p.put(p.province.Orders(t, parceltest.List("T10013")))
			p.fetch()
			place := filepath.Join(p.root, filepath.FromSlash(p.ref(1).ParcelFolder()), name)
			p.must(os.Remove(place))
			p.must(lay(place))
			p.put(p.province.Orders(t, parceltest.List("T10014")))
			if wrong := p.fetch(); len(wrong) != 1 || !strings.Contains(wrong[0], "cannot be read") || len(p.list()) != 2 {
				t.Errorf("%s for %s: told %v, %d came", what, name, wrong, len(p.list()))
			}
		}
	}
}

// What a run broke off, and what was answered, goes also when nothing lies there
// any more.
func TestWhatIsNotNeededIsRemovedFromAnEmptyDrop(t *testing.T) {
	p := newPlace(t)
	one := p.province.Orders(t, parceltest.List("T10013"))
	p.put(one)
	p.fetch()
	p.must(p.store.RefuseParcel(t.Context(), p.list()[0].ParcelRef, "名单有误", exam.Actor{Role: exam.ByStaff, Name: "张主任"}))
	two := p.province.Peek(t, parceltest.List("T10014"))
	two.Files[batch.ContentsName] = nil
	p.put(two)
	p.fetch() // breaks off
	p.lose(1)
	p.lose(2)
	p.fetch()
	if left, err := os.ReadDir(filepath.Join(p.shelf.Folder, "down")); err != nil || len(left) != 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}

// Whoever answers sees the first that waits, however many there are.
func TestTheFirstThatWaitsIsListedFirst(t *testing.T) {
	p := newPlace(t)
	for range 3 {
		p.put(p.province.Orders(t, parceltest.List("T10013")))
	}
	p.fetch()
	p.must(p.store.RefuseParcel(t.Context(), p.list()[0].ParcelRef, "名单有误", exam.Actor{Role: exam.ByStaff, Name: "张主任"}))
	list, err := p.store.ListParcels(t.Context(), p.province.Install, 2)
	if err != nil || len(list) != 2 || list[0].Sequence != 2 || list[1].Sequence != 3 {
		t.Errorf("%+v, %v", list, err)
	}
}

// What the province itself sealed wrong comes no better: it is refused by the
// program, and the next one comes.
func TestAParcelThatTheProvinceSealedWrongIsRefused(t *testing.T) {
	for name, spoil := range map[string]func(t *testing.T, p *place, one *parceltest.Parcel){
		"no JSON": func(t *testing.T, p *place, one *parceltest.Parcel) { p.province.SealBytes(t, one, []byte("list")) },
		"a path": func(t *testing.T, p *place, one *parceltest.Parcel) {
			one.Contents.Files[0].Name = "../list.csv"
			p.province.Seal(t, one)
		},
		"a name with NUL": func(t *testing.T, p *place, one *parceltest.Parcel) {
			one.Contents.Files[0].Name = "a\x00.csv"
			p.province.Seal(t, one)
		},
		"a program": func(t *testing.T, p *place, one *parceltest.Parcel) {
			one.Contents.Files[0].Name = "list.exe"
			p.province.Seal(t, one)
		},
		"another kind": func(t *testing.T, p *place, one *parceltest.Parcel) {
			one.Contents.Kind = "update"
			p.province.Seal(t, one)
		},
		"another size": func(t *testing.T, p *place, one *parceltest.Parcel) {
			one.Contents.Files[0].Size++
			p.province.Seal(t, one)
		},
		"a huge size": func(t *testing.T, p *place, one *parceltest.Parcel) {
			one.Contents.Files[0].Size = 1 << 50
			p.province.Seal(t, one)
		},
		"another sum": func(t *testing.T, p *place, one *parceltest.Parcel) {
			one.Contents.Files[0].SHA256 = strings.Repeat("a", 64)
			p.province.Seal(t, one)
		},
		"huge contents": func(t *testing.T, p *place, one *parceltest.Parcel) {
			p.province.SealBytes(t, one, make([]byte, batch.MaxContentsBytes+1))
		},
		"a file for another key": func(t *testing.T, p *place, one *parceltest.Parcel) {
			name := one.Manifest.Files[0].Name
			other := bytes.Repeat([]byte("x"), 300)
			delete(one.Files, name)
			sum := batch.Sum(other)
			one.Files[batch.MediaName(sum)] = other
			one.Manifest.Files[0] = batch.File{Name: batch.MediaName(sum), Size: 300, SHA256: sum}
			one.Contents.Files[0].Sealed = sum
			p.province.Seal(t, one)
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlace(t)
			one := p.province.Peek(t, parceltest.List("T10013"))
			spoil(t, p, one)
			p.province.Sequence, p.province.Previous = 1, one.Sum
			p.put(one)
			p.put(p.province.Orders(t, parceltest.List("T10013")))
			wrong := p.fetch()
			list := p.list()
			if len(wrong) > 0 || len(list) != 2 || list[0].State != store.ParcelRefused || list[0].Answer.Reason == "" || list[1].State != store.ParcelWaiting {
				t.Fatalf("told %v, came %+v", wrong, list)
			}
			if untold, err := p.store.ListUntoldParcels(t.Context(), p.province.Install); err != nil || len(untold) != 1 || untold[0].Answer.By.Role != exam.BySystem {
				t.Errorf("to be told: %+v, %v", untold, err)
			}
		})
	}
}

// Whatever is repeated, lost, put out of order or exchanged, and wherever a run is
// killed: each parcel comes once, in order, and is answered once.
func TestRandomHistoriesOfParcels(t *testing.T) {
	for seed := range int64(25) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			random := rand.New(rand.NewSource(seed))
			p := newPlace(t)
			var made []*parceltest.Parcel
			for i := range 4 {
				made = append(made, p.province.Orders(t, parceltest.List(fmt.Sprintf("T%d0013", i))))
			}
			answered := map[int64]bool{}
			for range 40 {
				one := made[random.Intn(len(made))]
				switch random.Intn(6) {
				case 0, 1:
					p.put(one)
				case 2:
					p.lose(one.Manifest.Sequence)
				case 3:
					one.Write(t, p.root, p.ref(1+random.Int63n(4))) // under another's name
				case 4:
					p.fetchKilled(random.Intn(6))
				case 5:
					p.answer(random, made, answered)
				}
				p.inOrder(made)
			}
			for sequence := range int64(len(made)) {
				p.lose(sequence + 1)
				p.put(made[sequence])
			}
			if wrong := p.fetch(); len(wrong) > 0 {
				t.Fatal(wrong)
			}
			if p.inOrder(made); len(p.list()) != len(made) {
				t.Errorf("%d of %d came", len(p.list()), len(made))
			}
		})
	}
}

var errKilled = errors.New("killed")

// killing is a store before whose write the process dies.
type killing struct{ *store.Store }

func (killing) RecordFetched(context.Context, store.Parcel, string) error { return errKilled }

// fetchKilled runs and dies before a row, or with what a kill leaves, or not.
func (p *place) fetchKilled(how int) {
	p.t.Helper()
	at, err := dirdrop.Open(p.root)
	p.must(err)
	shelf := p.shelf
	if how == 0 {
		shelf.Store = killing{p.store}
	}
	if how == 1 { // while a file came
		p.must(os.MkdirAll(filepath.Join(p.shelf.Folder, "down", "fetching"), 0o700))
		p.must(os.WriteFile(filepath.Join(p.shelf.Folder, "down", "fetching", batch.ContentsName), []byte("half"), 0o600))
	}
	if _, err := shelf.Fetch(p.t.Context(), at); err != nil && !errors.Is(err, errKilled) {
		p.t.Fatal(err)
	}
}

// answer refuses some parcel, which only the first that waits may be.
func (p *place) answer(random *rand.Rand, made []*parceltest.Parcel, answered map[int64]bool) {
	p.t.Helper()
	one := made[random.Intn(len(made))]
	ref := store.ParcelRef{Install: p.province.Install, Sequence: one.Manifest.Sequence, ManifestSHA256: one.Sum}
	first := int64(0)
	for _, parcel := range p.list() {
		if parcel.State == store.ParcelWaiting && first == 0 {
			first = parcel.Sequence
		}
	}
	err := p.store.RefuseParcel(p.t.Context(), ref, fmt.Sprint("reason ", random.Int()), exam.Actor{Role: exam.ByStaff, Name: "chief"})
	if (err == nil) != (first == ref.Sequence) {
		p.t.Fatalf("parcel %d, and %d is the first: %v", ref.Sequence, first, err)
	}
	if err == nil && answered[ref.Sequence] {
		p.t.Fatalf("parcel %d was answered twice", ref.Sequence)
	}
	answered[ref.Sequence] = answered[ref.Sequence] || err == nil
}

// inOrder says that what came is the beginning of what was made.
func (p *place) inOrder(made []*parceltest.Parcel) {
	p.t.Helper()
	for at, parcel := range p.list() {
		if parcel.Sequence != int64(at+1) || parcel.ManifestSHA256 != made[at].Sum {
			p.t.Fatalf("in place %d came %+v", at+1, parcel)
		}
	}
}

func TestWithoutRoomAParcelStaysAtTheDrop(t *testing.T) {
	p := newPlace(t)
	p.put(p.province.Orders(t, parceltest.List("T10013")))
	p.room = refusal.New(refusal.DiskFull)
	at, err := dirdrop.Open(p.root)
	p.must(err)
	if _, err := p.shelf.Fetch(t.Context(), at); !refusal.Is(err, refusal.DiskFull) || len(p.list()) != 0 {
		t.Fatalf("%v, came %+v", err, p.list())
	}
	p.room = nil
	if p.fetch(); len(p.list()) != 1 {
		t.Error("it did not come later")
	}
}

func TestParcelsAreAnsweredInTheirOrderAndWithAReason(t *testing.T) {
	p := newPlace(t)
	one, two := p.province.Orders(t, parceltest.List("T10013")), p.province.Orders(t, parceltest.List("T20013"))
	p.put(one)
	p.put(two)
	p.fetch()
	ref := func(of *parceltest.Parcel) store.ParcelRef {
		return store.ParcelRef{Install: p.province.Install, Sequence: of.Manifest.Sequence, ManifestSHA256: of.Sum}
	}
	chief := exam.Actor{Role: exam.ByStaff, Name: "chief"}
	if err := p.store.RefuseParcel(t.Context(), ref(two), "later", chief); !refusal.Is(err, store.ParcelNotFirst) {
		t.Error(err)
	}
	if err := p.store.RefuseParcel(t.Context(), ref(one), " ", chief); !refusal.Is(err, store.ParcelReason) {
		t.Error(err)
	}
	for range 2 { // the answer to the first may have been lost
		p.must(p.store.RefuseParcel(t.Context(), ref(one), "wrong list", chief))
	}
	if err := p.store.RefuseParcel(t.Context(), ref(one), "another reason", chief); !refusal.Is(err, store.ParcelAnswered) {
		t.Error(err)
	}
	p.must(p.shelf.Tidy(t.Context()))
	left, err := os.ReadDir(filepath.Join(p.shelf.Folder, "down"))
	if err != nil || len(left) != 1 || !strings.HasSuffix(left[0].Name(), "00000002") {
		t.Errorf("%v lies in down, %v", left, err)
	}
}
