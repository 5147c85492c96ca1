package publish_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kaodian/app/province/store"
	"kaodian/sync/batch"
	"kaodian/sync/batch/formattest"
	"kaodian/sync/publish"
	"kaodian/sync/seal"
)

// place is a province with one centre that joined, and its drop.
type place struct {
	t         *testing.T
	store     *store.Store
	publisher *publish.Publisher
	folder    string
	root      string
	box       *seal.Identity
	install   store.Install
}

func newPlace(t *testing.T) *place {
	t.Helper()
	p := &place{t: t, folder: t.TempDir(), root: t.TempDir()}
	var err error
	p.store, err = store.Create(t.Context(), p.folder)
	p.must(err)
	t.Cleanup(func() { p.must(p.store.Close()) })
	signer, err := seal.GenerateSigner()
	p.must(err)
	p.publisher = &publish.Publisher{Store: p.store, Signer: signer, Folder: filepath.Join(p.folder, "parcels"), Program: "test"}
	p.join("0123456789abcdef")
	return p
}

// join enrols a box of the centre.
func (p *place) join(install string) {
	p.t.Helper()
	var err error
	p.box, err = seal.GenerateIdentity()
	p.must(err)
	p.must(p.store.Invite(p.t.Context(), "north", "dir:/drop", "token "+install))
	p.install, err = p.store.Enrol(p.t.Context(), store.Install{Centre: "north", Install: install, MinisignKey: p.publisher.Signer.PublicKey(), AgeRecipient: p.box.Recipient()}, "token "+install)
	p.must(err)
}

func (p *place) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

func source(content string) publish.Source {
	return publish.BytesSource("list.csv", batch.ListContent, []byte(content))
}

func (p *place) seal(content string) store.Parcel {
	p.t.Helper()
	parcel, err := p.publisher.Seal(p.t.Context(), "north", publish.Content{Kind: batch.OrdersKind, Title: "春季", Sources: []publish.Source{source(content)}})
	p.must(err)
	return parcel
}

func (p *place) put() {
	p.t.Helper()
	_, err := p.publisher.Put(p.t.Context(), p.root)
	p.must(err)
}

func (p *place) list() []store.Parcel {
	p.t.Helper()
	list, err := p.store.ListPublished(p.t.Context(), "north", 100)
	p.must(err)
	return list
}

func (p *place) at(parcel store.Parcel, name string) string {
	return filepath.Join(p.root, filepath.FromSlash(batch.Ref(parcel.Ref).ParcelFolder()), filepath.FromSlash(name))
}

// What is published opens by the steps of the format's page alone, one after the other.
func TestWhatIsPublishedOpensByTheStepsOfTheFormat(t *testing.T) {
	formattest.NeedTools(t)
	p := newPlace(t)
	key := filepath.Join(t.TempDir(), "install.age")
	p.must(p.box.Save(key))
	by := formattest.Place{Drop: p.root, Centre: "north", Install: p.install.Install, Identity: key, ProvinceKey: p.publisher.Signer.PublicKey()}
	for place, content := range []string{"a first list", "a second list"} {
		parcel := p.seal(content)
		p.put()
		by.Sequence, by.Work = fmt.Sprint(place+1), t.TempDir()
		if out := by.Do(t, formattest.Parcel); !strings.Contains(out, "list "+batch.Sum([]byte(content))+" list.csv") {
			t.Errorf("the steps say %q", out)
		}
		if got := by.File(t, batch.Sum([]byte(content))); got != content {
			t.Errorf("the list: %q", got)
		}
		by.Previous = parcel.ManifestSHA256
		by.Work = t.TempDir()
		if out, err := formattest.Run(t, formattest.Parcel, by.Variables(t)); err == nil {
			t.Errorf("another parcel before it is taken: %s", out)
		}
	}
}

// The next parcel follows on the one before; what is put again is the same; what
// somebody damaged at the drop is mended.
func TestWhatIsDamagedAtTheDropIsPutAgain(t *testing.T) {
	p := newPlace(t)
	one, two := p.seal("a list"), p.seal("another list")
	p.put()
	text, err := os.ReadFile(p.at(two, batch.ManifestName))
	p.must(err)
	m, err := batch.ParseParcel(text)
	if err != nil || m.Previous != one.ManifestSHA256 || m.Sequence != 2 {
		t.Fatalf("%+v, %v", m, err)
	}
	for _, name := range []string{batch.ManifestName, batch.SignatureName, batch.ContentsName, m.Files[0].Name} {
		whole, err := os.ReadFile(p.at(two, name))
		p.must(err)
		for what, spoil := range map[string]func() error{
			"another content": func() error { return os.WriteFile(p.at(two, name), []byte(strings.Repeat("x", len(whole))), 0o644) },
			"a shorter one":   func() error { return os.WriteFile(p.at(two, name), whole[:len(whole)-1], 0o644) },
			"none":            func() error { return os.Remove(p.at(two, name)) },
		} {
			p.must(spoil())
			p.put()
			if now, err := os.ReadFile(p.at(two, name)); err != nil || string(now) != string(whole) {
				t.Errorf("%s after %s: %d bytes, %v", name, what, len(now), err)
			}
		}
	}
}

var errKilled = errors.New("killed")

// killing is a store before one of whose writes the process dies.
type killing struct {
	*store.Store
	before string
}

func (k killing) RecordPublished(ctx context.Context, p store.Parcel, previous string) error {
	if k.before == "published" {
		return errKilled
	}
	return k.Store.RecordPublished(ctx, p, previous)
}

func (k killing) RecordPut(ctx context.Context, ref store.Ref) error {
	if k.before == "put" {
		return errKilled
	}
	return k.Store.RecordPut(ctx, ref)
}

// Killed before a row is written, nothing was published, or it goes on.
func TestAKillLeavesAParcelPublishedOnceOrNotAtAll(t *testing.T) {
	p := newPlace(t)
	p.publisher.Store = killing{p.store, "published"}
	if _, err := p.publisher.Seal(t.Context(), "north", publish.Content{Kind: batch.OrdersKind, Sources: []publish.Source{source("lost")}}); !errors.Is(err, errKilled) {
		t.Fatal(err)
	}
	p.put()
	if list := p.list(); len(list) != 0 {
		t.Fatalf("%+v", list)
	}
	p.publisher.Store = killing{p.store, "put"}
	one := p.seal("a list")
	if _, err := p.publisher.Put(t.Context(), p.root); !errors.Is(err, errKilled) {
		t.Fatal(err)
	}
	p.publisher.Store = p.store
	p.put()
	if list := p.list(); len(list) != 1 || list[0].ManifestSHA256 != one.ManifestSHA256 || list[0].PutAt.IsZero() || list[0].Ref.Sequence != 1 {
		t.Errorf("%+v", list)
	}
}

// I6: what waits at the province lies sealed too.
func TestI6WhatIsPublishedLiesSealed(t *testing.T) {
	p := newPlace(t)
	p.seal("王小明")
	p.put()
	for _, root := range []string{p.root, p.publisher.Folder} {
		p.must(filepath.WalkDir(root, func(path string, entry os.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			text, err := os.ReadFile(path)
			if strings.Contains(string(text), "王小明") || strings.Contains(string(text), "list.csv") || strings.Contains(string(text), "春季") {
				t.Errorf("%s can be read", path)
			}
			return err
		}))
	}
}

// A box that was replaced answers no more: what waited for it is void, is removed,
// and the next parcel begins the new box's chain.
func TestWhatWaitedForAFormerBoxIsVoid(t *testing.T) {
	p := newPlace(t)
	one := p.seal("a list")
	p.put()
	p.join("ffffffffffffffff")
	two := p.seal("a list")
	if two.Ref.Install != "ffffffffffffffff" || two.Ref.Sequence != 1 {
		t.Fatalf("%+v", two)
	}
	p.put()
	if _, err := os.Stat(filepath.Dir(p.at(one, batch.ManifestName))); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("it lies there: %v", err)
	}
	for _, parcel := range p.list() {
		if parcel.Void != (parcel.Ref == one.Ref) {
			t.Errorf("%+v", parcel)
		}
	}
	if left, err := p.store.ListAtDrop(t.Context(), 10); err != nil || len(left) != 1 || left[0].Ref != two.Ref {
		t.Errorf("looked after: %+v, %v", left, err)
	}
}

func TestNobodyPublishesToACentreThatCannotOpenIt(t *testing.T) {
	p := newPlace(t)
	_, err := p.store.Revoke(t.Context(), "north", "", "")
	p.must(err)
	for _, centre := range []string{"north", "south"} {
		if _, err := p.publisher.Seal(t.Context(), centre, publish.Content{Kind: batch.OrdersKind, Sources: []publish.Source{source("a list")}}); !errors.Is(err, store.ErrNoInstall) {
			t.Errorf("%s: %v", centre, err)
		}
	}
}

func TestAFolderOfPhotosIsPackedWithoutWhatIsNoPhoto(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a.jpg", ".hidden"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("/etc/hostname", filepath.Join(dir, "link.jpg")); err != nil {
		t.Fatal(err)
	}
	sources, err := publish.FolderSources(dir, "photos", batch.PhotosContent)
	if err != nil || len(sources) != 1 {
		t.Fatalf("%+v, %v", sources, err)
	}
	in, err := sources[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(in)
	if err != nil || !strings.Contains(string(text), "a.jpg") || strings.Contains(string(text), "link.jpg") || strings.Contains(string(text), ".hidden") {
		t.Errorf("%q, %v", text, err)
	}
}
