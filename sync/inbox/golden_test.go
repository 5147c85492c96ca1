package inbox_test

import (
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"kaodian/app/exam"
	"kaodian/app/province/store"
	"kaodian/sync/batch"
	"kaodian/sync/batch/batchtest"
	"kaodian/sync/inbox"
	"kaodian/sync/records"
	"kaodian/sync/records/recordstest"
	"kaodian/sync/seal"
)

var writeGolden = flag.Bool("write-golden", false, "seal the newest format's golden batches; every later version must open the old ones, so add, never replace")

// Sealed batches as each version of the format makes them, with the keys that
// open them: every later version takes them in. golden-v2 and golden-v3 are the
// chains of centres that were updated between their two batches; the second has
// rows in every table of its version, and later facts of the first.
const (
	golden1 = "testdata/golden-v1"
	golden2 = "testdata/golden-v2"
	golden3 = "testdata/golden-v3"
)

func TestTheGoldenBatchOfVersion1IsTakenIn(t *testing.T) {
	w, outcomes := takeInGolden(t, golden1)
	if len(outcomes) != 2 || outcomes[0].Status != "enrolled" || outcomes[1].Status != "accepted" {
		t.Fatalf("%+v", outcomes)
	}
	page, err := w.store.ListClips(t.Context(), store.ClipFilter{Limit: 10})
	must(t, err)
	if len(page.Clips) != 1 || page.Clips[0].Candidate != "王小明" || page.Clips[0].Code != "7412" || len(page.Clips[0].Findings) != 1 {
		t.Errorf("%+v", page.Clips)
	}
	kept, err := os.ReadFile(w.store.MediaPath(page.Clips[0].SHA256))
	if err != nil || string(kept) != "original of golden" {
		t.Errorf("%q, %v", kept, err)
	}
}

func TestTheGoldenBatchesOfVersion2AreTakenIn(t *testing.T) {
	w, outcomes := takeInGolden(t, golden2)
	if len(outcomes) != 3 || outcomes[0].Status != "enrolled" || outcomes[1].Status != "accepted" || outcomes[2].Status != "accepted" {
		t.Fatalf("%+v", outcomes)
	}
	page, err := w.store.ListClips(t.Context(), store.ClipFilter{Limit: 10})
	must(t, err)
	if len(page.Clips) != 2 {
		t.Fatalf("%d clips", len(page.Clips))
	}
	batches, err := w.store.ListBatches(t.Context(), "", 10)
	must(t, err)
	if len(batches) != 2 || batches[0].AuditEnd.Seq == 0 || batches[0].AuditEnd.Hash == "" || batches[1].AuditEnd.Seq != 0 {
		t.Errorf("%+v", batches)
	}
	older := slices.DeleteFunc(batch.Tables(), func(table string) bool { return table == "parcels" })
	if tables := w.tablesOf(golden2, batches[0].Ref); !slices.Equal(tables, older) {
		t.Errorf("there are rows in %v", tables)
	}
}

func TestTheGoldenBatchesOfVersion3AreTakenIn(t *testing.T) {
	if *writeGolden {
		sealGolden(t)
	}
	w, outcomes := takeInGolden(t, golden3)
	if len(outcomes) != 3 || outcomes[1].Status != "accepted" || outcomes[2].Status != "accepted" {
		t.Fatalf("%+v", outcomes)
	}
	batches, err := w.store.ListBatches(t.Context(), "", 10)
	must(t, err)
	if len(batches) != 2 || batches[0].AuditEnd.Seq == 0 {
		t.Fatalf("%+v", batches)
	}
	if tables := w.tablesOf(golden3, batches[0].Ref); !slices.Equal(tables, batch.Tables()) {
		t.Errorf("there are rows in %v", tables)
	}
}

// Whatever version a clip came in, the province shows it alike, but for what
// version 1 did not tell; and R31: with what a later batch told of it since.
func TestTheGoldenBatchesShowTheSame(t *testing.T) {
	w, _ := takeInGolden(t, golden2)
	page, err := w.store.ListClips(t.Context(), store.ClipFilter{Limit: 10})
	must(t, err)
	now, before := page.Clips[0], page.Clips[1] // the newest first
	frame := now.Findings[0].Evidence[0].Frame
	if diff := cmp.Diff([]exam.Finding{batchtest.Specimen(frame, "clip-of-another")}, now.Findings); diff != "" || frame == "" {
		t.Errorf("version 2: %s", diff)
	}
	same := []cmp.Option{
		cmpopts.IgnoreFields(store.Clip{}, "Ref", "ID", "AttemptID", "OrderID", "Findings", "Review"),
	}
	if diff := cmp.Diff(before, now, same...); diff != "" {
		t.Errorf("version 1 and 2: %s", diff)
	}
	first, _ := takeInGolden(t, golden1)
	page, err = first.store.ListClips(t.Context(), store.ClipFilter{Limit: 10})
	must(t, err)
	if diff := cmp.Diff(page.Clips[0], before, same...); diff != "" {
		t.Errorf("the first golden batch: %s", diff)
	}
	told := batchtest.Specimen(frame, "")
	told = exam.Finding{Kind: "face", Verdict: told.Verdict, Value: told.Value, Limit: told.Limit, Engine: "yunet", Evidence: told.Evidence}
	told.Evidence[0].Frame = page.Clips[0].Findings[0].Evidence[0].Frame
	if diff := cmp.Diff([]exam.Finding{told}, page.Clips[0].Findings); diff != "" {
		t.Errorf("version 1: %s", diff)
	}
}

// R31: the second golden batch takes a tick and a departure of the first back,
// adds a mark of the second round, confirms a decision and looks at a clip again.
func TestR31TheNewestThatAnyBatchToldIsShown(t *testing.T) {
	w, _ := takeInGolden(t, golden2)
	page, err := w.store.ListClips(t.Context(), store.ClipFilter{Limit: 10})
	must(t, err)
	now, before := page.Clips[0].Review, page.Clips[1].Review
	if len(now.Hearings) != 1 || len(now.Departures) != 1 || len(now.Marks) != 1 || !now.Decisions[2].Pending {
		t.Errorf("of which nothing was told later: %+v", now)
	}
	if len(before.Hearings) != 0 || len(before.Departures) != 0 {
		t.Errorf("what was taken back: %+v %+v", before.Hearings, before.Departures)
	}
	if len(before.Marks) != 2 || before.Marks[1].Level != exam.LevelExcellent || before.Marks[1].Remarks != "复审" {
		t.Errorf("marks %+v", before.Marks)
	}
	if len(before.Decisions) != 3 || before.Decisions[2].Pending || before.Decisions[2].ConfirmedAt.IsZero() || before.Decisions[1].UndoneFor != now.Decisions[1].UndoneFor {
		t.Errorf("decisions %+v", before.Decisions)
	}
	if findings := page.Clips[1].Findings; len(findings) != 1 || findings[0].Kind != exam.KindCuts || findings[0].Verdict != exam.Fail {
		t.Errorf("findings %+v", findings)
	}
	_, err = w.store.SetAside(t.Context(), page.Clips[0].Ref, true, "test")
	must(t, err)
	page, err = w.store.ListClips(t.Context(), store.ClipFilter{Limit: 10})
	must(t, err)
	if len(page.Clips) != 1 || len(page.Clips[0].Review.Hearings) != 1 {
		t.Errorf("what a batch that was set aside told still holds: %+v", page.Clips)
	}
}

// takeInGolden receives a golden drop in a province with its keys.
func takeInGolden(t *testing.T, golden string) (*world, []inbox.Outcome) {
	t.Helper()
	identity, err := seal.LoadIdentity(filepath.Join(golden, "province.age"))
	must(t, err)
	signer, err := seal.LoadSigner(filepath.Join(golden, "province.minisign"))
	must(t, err)
	w := worldWith(t, identity, signer)
	must(t, w.store.Invite(t.Context(), "golden", "dir:/drop", "golden-token"))
	must(t, os.CopyFS(w.root, os.DirFS(filepath.Join(golden, "drop"))))
	return w, w.receive()
}

// tablesOf are the tables of a batch's records in which there are rows, sorted.
func (w *world) tablesOf(golden string, ref store.Ref) []string {
	w.t.Helper()
	file, err := os.Open(filepath.Join(golden, "drop", filepath.FromSlash(ref.Folder()), batch.RecordsName))
	must(w.t, err)
	defer file.Close()
	info, err := file.Stat()
	must(w.t, err)
	plain, size, err := seal.DecryptReaderAt(file, info.Size(), w.identity)
	must(w.t, err)
	sent, err := records.Open(w.t.Context(), store.SQLite{}, plain, size)
	must(w.t, err)
	defer sent.Close()
	tables := []string{"batch"} // which Open and Each want
	must(w.t, sent.Each(w.t.Context(), func(table string, _ []any) error {
		if !slices.Contains(tables, table) {
			tables = append(tables, table)
		}
		return nil
	}))
	slices.Sort(tables)
	return tables
}

func sealGolden(t *testing.T) {
	t.Helper()
	if _, err := os.Stat(golden3); err == nil {
		t.Fatalf("%s is there; a golden batch is never replaced", golden3)
	}
	must(t, os.MkdirAll(golden3, 0o755))
	w := newWorld(t)
	must(t, w.identity.Save(filepath.Join(golden3, "province.age")))
	must(t, w.signer.Save(filepath.Join(golden3, "province.minisign")))
	s := batchtest.NewSender(t, "golden", w.identity.Recipient())
	drop := filepath.Join(golden3, "drop")
	batchtest.WriteFile(t, filepath.Join(drop, filepath.FromSlash(batch.RequestName("golden", s.Install))), s.Request(t, "golden-token"))
	small := []string{"PRAGMA page_size = 512", "VACUUM"}
	s.Version = 2
	first := s.Next(t, plain("golden"), w.recordsOf(2, small...))
	first.Write(t, drop)
	s.Version = 3
	s.Next(t, plain("golden"), w.recordsOf(3, append(recordstest.Later(first.Manifest.Ref()), small...)...)).Write(t, drop)
	must(t, filepath.WalkDir(golden3, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		return os.Chmod(path, 0o644)
	}))
}
