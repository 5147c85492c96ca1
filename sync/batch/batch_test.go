package batch_test

import (
	"strings"
	"testing"
	"time"

	"kaodian/sync/batch"
)

const (
	sumA = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	sumB = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
)

func manifest() batch.Manifest {
	return batch.Manifest{
		Version: 1, Centre: "jinan-01", Install: "0123456789abcdef", Recipient: "age1province", Sequence: 2, Previous: sumB,
		MadeAt: time.Date(2026, 8, 3, 4, 0, 0, 0, time.UTC), Program: "kaodian <1.0>",
		Files: []batch.File{{Name: "records.sqlite.age", Size: 9, SHA256: sumB}, {Name: "media/" + sumA + ".age", Size: 7, SHA256: sumA}},
	}
}

// golden is the form every later version must write and read.
const golden = `{"centre":"jinan-01","files":[{"name":"records.sqlite.age","sha256":"` + sumB + `","size":9},` +
	`{"name":"media/` + sumA + `.age","sha256":"` + sumA + `","size":7}],"install":"0123456789abcdef",` +
	`"made_at":"2026-08-03T04:00:00Z","previous":"` + sumB + `","program":"kaodian <1.0>","recipient":"age1province","sequence":2,"version":1}`

func TestAManifestHasOneForm(t *testing.T) {
	text, err := batch.Canonical(manifest())
	if err != nil || string(text) != golden {
		t.Fatalf("got %s, %v", text, err)
	}
	if m, err := batch.ParseManifest(text); err != nil || m.Version != 1 || m.Ref().Folder() != "jinan-01/0123456789abcdef/00000002" {
		t.Errorf("read back: %+v, %v", m, err)
	}
}

func TestAReceiptHasOneForm(t *testing.T) {
	const want = `{"centre":"jinan-01","files":["` + sumA + `"],"install":"0123456789abcdef","manifest_sha256":"` + sumB +
		`","reasons":[],"received_at":"2026-08-03T05:00:00Z","sequence":2,"status":"accepted","version":1}`
	receipt := batch.Receipt{
		Version: 1, Centre: "jinan-01", Install: "0123456789abcdef", Sequence: 2, ManifestSHA256: sumB, Status: batch.Accepted,
		Reasons: []string{}, Files: []string{sumA}, ReceivedAt: time.Date(2026, 8, 3, 5, 0, 0, 0, time.UTC),
	}
	text, err := batch.Canonical(receipt)
	if err != nil || string(text) != want {
		t.Fatalf("got %s, %v", text, err)
	}
	if _, err := batch.ParseReceipt(text, manifest().Ref()); err != nil {
		t.Error(err)
	}
	if err := receipt.Answers(manifest(), sumB); err == nil {
		t.Error("a receipt that leaves a file out lets the centre delete it")
	}
	if err := receipt.Answers(manifest(), sumA); err == nil {
		t.Error("a receipt for another manifest was taken")
	}
}

// Programs of any age meet in messages, so their version stays while the
// batches' goes on.
func TestOnlyBatchesAreOfVersion2(t *testing.T) {
	request := batch.Request{Version: batch.MessageVersion, Centre: "jinan-01", Install: "0123456789abcdef"}
	text, err := batch.Canonical(request)
	if err != nil || !strings.Contains(string(text), `"version":1`) {
		t.Fatalf("%s, %v", text, err)
	}
	request.Version = batch.Version
	if text, err = batch.Canonical(request); err != nil {
		t.Fatal(err)
	}
	if _, err := batch.ParseRequest(text, "jinan-01", "0123456789abcdef"); err == nil {
		t.Error("a request of a version that no centre wrote was taken")
	}
	m := manifest()
	m.Version = batch.Version
	if err := m.Check(); err != nil {
		t.Error(err)
	}
}

func TestOddManifestsAreRefused(t *testing.T) {
	cases := map[string]func(*batch.Manifest){
		"a newer version":                  func(m *batch.Manifest) { m.Version = batch.Version + 1 },
		"a centre that is a path":          func(m *batch.Manifest) { m.Centre = "../x" },
		"a centre called receipts":         func(m *batch.Manifest) { m.Centre = "receipts" },
		"an install that is no id":         func(m *batch.Manifest) { m.Install = "0123" },
		"sequence zero":                    func(m *batch.Manifest) { m.Sequence = 0 },
		"a second batch without a first":   func(m *batch.Manifest) { m.Previous = "" },
		"a first batch after another":      func(m *batch.Manifest) { m.Sequence = 1 },
		"no records":                       func(m *batch.Manifest) { m.Files = m.Files[1:] },
		"a file twice":                     func(m *batch.Manifest) { m.Files = append(m.Files, m.Files[1]) },
		"a file that is a path":            func(m *batch.Manifest) { m.Files[1].Name = "media/../../x" },
		"a media file with another's name": func(m *batch.Manifest) { m.Files[1].SHA256 = sumB },
		"a file larger than 1 GiB":         func(m *batch.Manifest) { m.Files[0].Size = 1<<30 + 1 },
		"an empty file":                    func(m *batch.Manifest) { m.Files[0].Size = 0 },
		"a hash that is none":              func(m *batch.Manifest) { m.Files[0].SHA256 = "B" + sumB[1:] },
	}
	for name, spoil := range cases {
		t.Run(name, func(t *testing.T) {
			m := manifest()
			spoil(&m)
			text, err := batch.Canonical(m)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := batch.ParseManifest(text); err == nil {
				t.Error("it was taken")
			}
		})
	}
}

func TestBytesThatAreNotCanonicalAreRefused(t *testing.T) {
	for name, text := range map[string]string{
		"white space":     strings.Replace(golden, ":", ": ", 1),
		"an unknown key":  strings.Replace(golden, `"version"`, `"versiom":2,"version"`, 1),
		"a key twice":     strings.Replace(golden, `"version":1`, `"version":1,"version":1`, 1),
		"something after": golden + golden,
		"cut off":         golden[:len(golden)/2],
	} {
		if _, err := batch.ParseManifest([]byte(text)); err == nil {
			t.Errorf("%s: it was taken", name)
		}
	}
}

func FuzzParseManifest(f *testing.F) {
	f.Add([]byte(golden))
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := batch.ParseManifest(text)
		if err != nil {
			return
		}
		again, err := batch.Canonical(m)
		if err != nil || string(again) != string(text) {
			t.Errorf("%q was taken and written as %q, %v", text, again, err)
		}
	})
}

// What a province of an older version wrote stays readable, and what says more
// is not for an older centre.
func TestAnInvitationSaysByWhatTheDropIsKnown(t *testing.T) {
	const old = `{"centre":"jinan","drop":"ftps://u:p@h/","minisign_key":"k","recipient":"r","token":"t","version":1}`
	i, err := batch.ParseInvitation([]byte(old))
	if err != nil || i.DropCA != "" || i.DropPin != "" {
		t.Fatalf("%+v, %v", i, err)
	}
	same, err := batch.Canonical(i.Knowing("", ""))
	if err != nil || string(same) != old {
		t.Errorf("it became %s, %v", same, err)
	}
	text, err := batch.Canonical(i.Knowing("", "ab"))
	if err != nil || !strings.Contains(string(text), `"drop_pin":"ab"`) || !strings.Contains(string(text), `"version":2`) {
		t.Errorf("%s, %v", text, err)
	}
	if again, err := batch.ParseInvitation(text); err != nil || again.DropPin != "ab" {
		t.Errorf("%+v, %v", again, err)
	}
	if _, err := batch.ParseInvitation([]byte(strings.Replace(old, `"version":1`, `"version":3`, 1))); err == nil {
		t.Error("a version of the future was read")
	}
}
