package store_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"kaodian/app/province/store"
	"kaodian/sync/batch"
	"kaodian/sync/batch/batchtest"
	"kaodian/sync/records"
	"kaodian/sync/records/recordstest"
	"kaodian/sync/seal"
)

var ref = store.Ref{Centre: "north", Install: "0123456789abcdef", Sequence: 1}

func newStore(t *testing.T) *store.Store {
	t.Helper()
	s, err := store.Create(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func enrolled(t *testing.T) *store.Store {
	t.Helper()
	s := newStore(t)
	if err := s.Invite(t.Context(), ref.Centre, "dir:/x", "token"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Enrol(t.Context(), store.Install{Centre: ref.Centre, Install: ref.Install, MinisignKey: "k"}, "token"); err != nil {
		t.Fatal(err)
	}
	return s
}

var original = batchtest.Media{SHA256: batch.Sum([]byte("clip")), Sealed: batch.Sum([]byte("sealed")), Size: 4, Type: "video/mp4", Role: "original"}

func takeIn(t *testing.T, s *store.Store, b store.Batch, plain []byte) (store.Batch, error) {
	t.Helper()
	return takeInAfter(t, s, b, "", plain)
}

// takeInAfter takes in a batch that follows that manifest.
func takeInAfter(t *testing.T, s *store.Store, b store.Batch, previous string, plain []byte) (store.Batch, error) {
	t.Helper()
	r, err := records.Open(t.Context(), store.SQLite{}, bytes.NewReader(plain), int64(len(plain)))
	if err != nil {
		return store.Batch{}, err
	}
	defer r.Close()
	if err := r.Judge(t.Context()); err != nil {
		return store.Batch{}, err
	}
	return s.TakeIn(t.Context(), b, previous, r)
}

func TestABatchIsTakenInOnce(t *testing.T) { // I4
	s := enrolled(t)
	sent := recordstest.Records(t, t.TempDir(), batch.Ref(ref), []batchtest.Media{original})
	b := store.Batch{Ref: ref, ManifestSHA256: "m1"}
	taken, err := takeIn(t, s, b, sent)
	if err != nil {
		t.Fatal(err)
	}
	if taken.Orders != 1 || taken.Clips != 1 {
		t.Errorf("%d orders and %d clips, not 1 and 1", taken.Orders, taken.Clips)
	}
	if _, err := takeIn(t, s, b, sent); !errors.Is(err, store.ErrChainMoved) {
		t.Errorf("the second time: %v", err)
	}
	page, err := s.ListClips(t.Context(), store.ClipFilter{Limit: 10})
	if err != nil || len(page.Clips) != 1 {
		t.Fatalf("%d clips, %v", len(page.Clips), err)
	}
	clip := page.Clips[0]
	if clip.Candidate != "王小明" || len(clip.Findings) != 1 || len(clip.Findings[0].Evidence) != 1 || clip.Ref != ref {
		t.Errorf("the clip is %+v", clip)
	}
	if lines, err := s.VerifyAudit(t.Context()); err != nil || lines == 0 {
		t.Errorf("audit log: %d lines, %v", lines, err)
	}
}

func TestRecordsAreReadSealed(t *testing.T) {
	identity, err := seal.GenerateIdentity()
	if err != nil {
		t.Fatal(err)
	}
	plain := recordstest.Records(t, t.TempDir(), batch.Ref(ref), []batchtest.Media{original})
	sealed := batchtest.Encrypt(t, identity.Recipient(), plain)
	src, size, err := seal.DecryptReaderAt(bytes.NewReader(sealed), int64(len(sealed)), identity)
	if err != nil {
		t.Fatal(err)
	}
	r, err := records.Open(t.Context(), store.SQLite{}, src, size)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	header, err := r.Header(t.Context())
	if err != nil || header.Ref != batch.Ref(ref) {
		t.Errorf("%+v, %v", header, err)
	}
	media, err := r.Media(t.Context())
	if err != nil || len(media) != 1 || media[0].SHA256 != original.SHA256 {
		t.Errorf("%+v, %v", media, err)
	}
}

func TestHostileRecordsAreRefusedAndChangeNothing(t *testing.T) {
	for name, extra := range map[string][]string{
		"another table":             {"CREATE TABLE more (a INTEGER) STRICT"},
		"a missing table":           {"DROP TABLE ticks"},
		"a view in a table's place": {"DROP TABLE ticks", "CREATE VIEW ticks AS SELECT 1"},
		"a trigger":                 {"CREATE TRIGGER t AFTER INSERT ON batch BEGIN SELECT 1; END"},
		"an index":                  {"CREATE INDEX i ON orders (name)"},
		"a column more":             {"ALTER TABLE batch ADD COLUMN more TEXT"},
		"a clip without an item":    {"UPDATE clips SET item_id = 'nowhere'"},
		"an attempt of nobody":      {"UPDATE attempts SET order_id = 'nobody'"},
		"a clip that is not there":  {"DELETE FROM media"},
		"a role nobody knows":       {"UPDATE media SET role = 'virus'"},
		"a text of 2 MiB":           {"UPDATE orders SET name = hex(zeroblob(1048576))"},
		"a number that is a text": {
			"PRAGMA writable_schema = 1", "UPDATE sqlite_schema SET sql = replace(sql, 'grade INTEGER', 'grade ANY') WHERE name = 'orders'",
			"PRAGMA writable_schema = RESET", "UPDATE orders SET grade = 'eight'",
			"PRAGMA writable_schema = 1", "UPDATE sqlite_schema SET sql = replace(sql, 'grade ANY', 'grade INTEGER') WHERE name = 'orders'",
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := enrolled(t)
			sent := recordstest.Records(t, t.TempDir(), batch.Ref(ref), []batchtest.Media{original}, extra...)
			_, err := takeIn(t, s, store.Batch{Ref: ref, ManifestSHA256: "m1"}, sent)
			_, read := errors.AsType[*records.Error](err)
			_, taken := errors.AsType[*store.RecordsError](err)
			if !read && !taken {
				t.Fatalf("it was not refused: %v", err)
			}
			if batches, err := s.ListBatches(t.Context(), "", 10); err != nil || len(batches) > 0 {
				t.Errorf("%d batches, %v", len(batches), err)
			}
			if install, _, err := s.FindInstall(t.Context(), ref.Centre, ref.Install); err != nil || install.LastSequence != 0 {
				t.Errorf("the chain moved to %d, %v", install.LastSequence, err)
			}
		})
	}
}

func TestCutOrFlippedRecordsAreRefusedOrHarmless(t *testing.T) {
	sent := recordstest.Records(t, t.TempDir(), batch.Ref(ref), []batchtest.Media{original})
	for _, size := range []int{0, 100, 511, 512, 4096, len(sent) / 2, len(sent) - 1} {
		if _, err := takeIn(t, enrolled(t), store.Batch{Ref: ref, ManifestSHA256: "m1"}, sent[:size]); err == nil {
			t.Errorf("records cut to %d of %d bytes were taken in", size, len(sent))
		}
	}
}

func TestAClipOfAnotherCentreIsRefused(t *testing.T) {
	s := enrolled(t)
	sent := recordstest.Records(t, t.TempDir(), batch.Ref(ref), []batchtest.Media{original})
	if _, err := takeIn(t, s, store.Batch{Ref: ref, ManifestSHA256: "m1"}, sent); err != nil {
		t.Fatal(err)
	}
	other := store.Ref{Centre: "south", Install: ref.Install, Sequence: 1}
	if err := s.Invite(t.Context(), other.Centre, "dir:/x", "token"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Enrol(t.Context(), store.Install{Centre: other.Centre, Install: other.Install, MinisignKey: "k"}, "token"); err != nil {
		t.Fatal(err)
	}
	_, err := takeIn(t, s, store.Batch{Ref: other, ManifestSHA256: "m2"}, sent)
	if err == nil || !strings.Contains(err.Error(), "another centre") {
		t.Errorf("it was not refused: %v", err)
	}
}

func TestAnOrderThatComesUnderASecondInstallIsShownOnce(t *testing.T) {
	s := enrolled(t)
	sent := recordstest.Records(t, t.TempDir(), batch.Ref(ref), []batchtest.Media{original})
	if _, err := takeIn(t, s, store.Batch{Ref: ref, ManifestSHA256: "m1"}, sent); err != nil {
		t.Fatal(err)
	}
	again := store.Ref{Centre: ref.Centre, Install: "fedcba9876543210", Sequence: 1}
	if err := s.Invite(t.Context(), again.Centre, "dir:/x", "token 2"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Enrol(t.Context(), store.Install{Centre: again.Centre, Install: again.Install, MinisignKey: "k"}, "token 2"); err != nil {
		t.Fatal(err)
	}
	if _, err := takeIn(t, s, store.Batch{Ref: again, ManifestSHA256: "m2"}, sent); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		filter store.ClipFilter
		want   []store.Ref
	}{
		{store.ClipFilter{Limit: 10}, []store.Ref{again}},
		{store.ClipFilter{Limit: 10, Centre: ref.Centre}, []store.Ref{again}},
		{store.ClipFilter{Limit: 10, Centre: ref.Centre, Install: ref.Install, Sequence: 1}, []store.Ref{ref}},
	} {
		page, err := s.ListClips(t.Context(), c.filter)
		if err != nil {
			t.Fatal(err)
		}
		var got []store.Ref
		for _, clip := range page.Clips {
			got = append(got, clip.Ref)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%+v: %s", c.filter, diff)
		}
	}
	centres, err := s.ListCentres(t.Context())
	if err != nil || centres[0].Orders != 1 {
		t.Errorf("%d orders, %v", centres[0].Orders, err)
	}
}

func TestATokenIsSpentOnce(t *testing.T) {
	s := enrolled(t)
	_, err := s.Enrol(t.Context(), store.Install{Centre: ref.Centre, Install: "fedcba9876543210", MinisignKey: "k"}, "token")
	if !errors.Is(err, store.ErrTokenSpent) {
		t.Errorf("the second install with one token: %v", err)
	}
}

func TestTheAuditLogIsAppendOnly(t *testing.T) {
	s := enrolled(t)
	for _, statement := range []string{"DELETE FROM audit", "UPDATE audit SET action = 'x'"} {
		if err := s.ExecForTest(statement); err == nil {
			t.Errorf("%s went through", statement)
		}
	}
}

func TestTheStoreIsForItsUserOnly(t *testing.T) {
	s := newStore(t)
	info, err := os.Stat(filepath.Join(s.Folder(), "province.db"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("province.db is %v, %v", info.Mode(), err)
	}
}

func TestAStoreThatCannotBeWrittenIsSaidInPlainWords(t *testing.T) {
	folder := t.TempDir()
	s, err := store.Create(t.Context(), folder)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for dir, mode := range map[string]os.FileMode{folder: 0o555, filepath.Dir(folder): 0o755} {
		if err := os.Chmod(dir, mode); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { _ = os.Chmod(folder, 0o700) })
	// The superuser may write everywhere, so this thread is nobody for a moment.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	const nobody = 65534
	if me, err := unix.SetfsuidRetUid(nobody); err == nil {
		defer func() { _, _ = unix.SetfsuidRetUid(me) }()
	}
	if _, err := store.Open(t.Context(), folder); err == nil || !strings.Contains(err.Error(), "cannot be written") {
		t.Errorf("it says %v", err)
	}
}
