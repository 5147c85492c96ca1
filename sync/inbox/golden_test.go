package inbox_test

import (
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"kaodian/app/province/store"
	"kaodian/sync/batch"
	"kaodian/sync/batch/batchtest"
	"kaodian/sync/seal"
)

var writeGolden = flag.Bool("write-golden", false, "seal a new golden batch; every later version must open the old ones, so add, never replace")

// A sealed batch as version 1 of the format makes it, with the keys that open
// it: every later version takes it in.
func TestTheGoldenBatchIsTakenIn(t *testing.T) {
	const golden = "testdata/golden-v1"
	if *writeGolden {
		sealGolden(t, golden)
	}
	identity, err := seal.LoadIdentity(filepath.Join(golden, "province.age"))
	must(t, err)
	signer, err := seal.LoadSigner(filepath.Join(golden, "province.minisign"))
	must(t, err)
	w := worldWith(t, identity, signer)
	must(t, w.store.Invite(t.Context(), "golden", "dir:/drop", "golden-token"))
	must(t, os.CopyFS(w.root, os.DirFS(filepath.Join(golden, "drop"))))

	outcomes := w.receive()
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

func sealGolden(t *testing.T, golden string) {
	t.Helper()
	if _, err := os.Stat(golden); err == nil {
		t.Fatalf("%s is there; a golden batch is never replaced", golden)
	}
	must(t, os.MkdirAll(golden, 0o755))
	w := newWorld(t)
	must(t, w.identity.Save(filepath.Join(golden, "province.age")))
	must(t, w.signer.Save(filepath.Join(golden, "province.minisign")))
	s := batchtest.NewSender(t, "golden", w.identity.Recipient())
	drop := filepath.Join(golden, "drop")
	batchtest.WriteFile(t, filepath.Join(drop, filepath.FromSlash(batch.RequestName("golden", s.Install))), s.Request(t, "golden-token"))
	s.Next(t, plain("golden"), w.records("PRAGMA page_size = 512", "VACUUM")).Write(t, drop)
	must(t, filepath.WalkDir(golden, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		return os.Chmod(path, 0o644)
	}))
}
