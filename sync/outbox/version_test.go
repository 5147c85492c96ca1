package outbox_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kaodian/app/centre/store"
	"kaodian/app/exam"
	"kaodian/sync/batch"
	"kaodian/sync/batch/batchtest"
	"kaodian/sync/drop"
	"kaodian/sync/drop/open"
	"kaodian/sync/outbox"
	"kaodian/sync/seal"
)

// found makes the findings of the order's only clip those, with that frame.
func (c *centre) found(order exam.Order, frame string, findings ...exam.Finding) {
	c.t.Helper()
	path := filepath.Join(c.folder, store.EvidenceFile(batch.Sum([]byte(frame))))
	c.must(os.MkdirAll(filepath.Dir(path), 0o700))
	c.must(os.WriteFile(path, []byte(frame), 0o600))
	clip := order.Attempts[0].Items[0].Clip.ID
	_, err := c.DB().ExecContext(c.t.Context(), "INSERT INTO jobs (id, kind, clip_id) VALUES (?, 'inspect', ?)", "again "+clip, clip)
	c.must(err)
	c.must(c.RecordInspection(c.t.Context(), clip, store.Inspection{
		JobID: "again " + clip, SHA256: batch.Sum([]byte("a video of " + order.Ticket)), MediaType: "video/mp4", Findings: findings,
	}))
}

// rows are what a query finds in another SQLite file.
func (c *centre) rows(file, query string) (all [][]any) {
	c.t.Helper()
	conn, err := c.DB().Conn(c.t.Context())
	c.must(err)
	defer conn.Close()
	_, err = conn.ExecContext(c.t.Context(), "ATTACH ? AS records", file)
	c.must(err)
	rows, err := conn.QueryContext(c.t.Context(), query)
	c.must(err)
	columns, err := rows.Columns()
	c.must(err)
	for rows.Next() {
		values, places := make([]any, len(columns)), make([]any, len(columns))
		for i := range places {
			places[i] = &values[i]
		}
		c.must(rows.Scan(places...))
		all = append(all, values)
	}
	c.must(rows.Err())
	c.must(rows.Close())
	_, err = conn.ExecContext(c.t.Context(), "DETACH records")
	c.must(err)
	return all
}

// The other half of this is in the province's store: what it shows of the same
// rows.
func TestAFindingIsSealedAsItWasJudged(t *testing.T) {
	c := newCentre(t)
	frame := "a picture of somebody"
	first, second := c.submit("T1", "a video of T1"), c.submit("T2", "a video of T2")
	other := second.Attempts[0].Items[0].Clip.ID
	c.consent(first, exam.ConsentGiven)
	c.found(first, frame, batchtest.Specimen(batch.Sum([]byte(frame)), other))
	c.found(second, frame)
	c.must(c.Send(t.Context()))
	folder, _ := c.batchOnStick(1)
	records := c.openRecords(folder)
	examination := c.strings("SELECT id || '/' || examined_at FROM clips WHERE id = '" + first.Attempts[0].Items[0].Clip.ID + "'")[0]
	for query, want := range map[string][][]any{
		"SELECT * FROM records.findings": {batchtest.SpecimenFinding(examination)},
		"SELECT * FROM records.evidence": {batchtest.SpecimenEvidence(examination, batch.Sum([]byte(frame)), other)},
	} {
		if diff := cmp.Diff(want, c.rows(records, query)); diff != "" {
			t.Errorf("%s: %s", query, diff)
		}
	}
	if frames := c.attach(records, "SELECT count(*) FROM records.media WHERE role = 'evidence'"); frames != 1 {
		t.Errorf("%d frames travel", frames)
	}
}

// R25: without the consent neither the comparison nor a face travels.
func TestR25WithoutConsentNoFaceTravels(t *testing.T) {
	c := newCentre(t)
	frame := "a picture of somebody"
	order, elsewhere := c.submit("T1", "a video of T1"), batchtest.Specimen(batch.Sum([]byte(frame)), "another clip")
	elsewhere.Kind = exam.KindElsewhere
	c.consent(order, exam.ConsentDeclined)
	c.found(order, frame, batchtest.Specimen(batch.Sum([]byte(frame)), "another clip"), elsewhere)
	c.must(c.Send(t.Context()))
	folder, _ := c.batchOnStick(1)
	records := c.openRecords(folder)
	for query, want := range map[string]int{
		"SELECT count(*) FROM records.findings WHERE kind = 'face_match' AND (value IS NOT NULL OR detail <> '')": 0,
		"SELECT count(*) FROM records.findings WHERE kind = 'elsewhere' AND value = 0.4":                          1,
		"SELECT count(*) FROM records.evidence WHERE frame IS NOT NULL":                                           0,
		"SELECT count(*) FROM records.evidence WHERE other_id = 'another clip'":                                   1,
		"SELECT count(*) FROM records.media WHERE role = 'evidence'":                                              0,
	} {
		if got := c.attach(records, query); got != want {
			t.Errorf("%s: %d, want %d", query, got, want)
		}
	}
}

// consent writes the answer down that was given before the attempt.
func (c *centre) consent(order exam.Order, answer exam.ConsentAnswer) {
	c.t.Helper()
	_, err := c.DB().ExecContext(c.t.Context(), "UPDATE orders SET consent = ?, consent_guardian = '王大明', consent_at = imported_at WHERE id = ?", string(answer), order.ID)
	c.must(err)
}

// A batch that an earlier version sealed and could not send goes as it is, and
// the chain goes on behind it.
func TestASpooledBatchOfVersion1IsSentAsItIs(t *testing.T) {
	c := newCentre(t)
	c.submit("T1", "a video")
	left := 1 // the enrolment goes, the batch does not
	c.host.open = func(place drop.Place, noted func(drop.Note)) (drop.Drop, error) {
		d, err := open.Open(place, noted)
		return dying{d, &left}, err
	}
	if err := c.Send(t.Context()); err == nil {
		t.Fatal("the batch went")
	}
	sealed := c.sealedByVersion1()
	c.host.open = open.Open
	c.submit("T2", "another video")
	c.must(c.Tidy(t.Context())) // the start after the update
	c.must(c.Send(t.Context()))
	folder, first := c.batchOnStick(1)
	sent, err := os.ReadFile(filepath.Join(folder, batch.ManifestName))
	c.must(err)
	_, second := c.batchOnStick(2)
	if !bytes.Equal(sent, sealed) || first.Version != 1 || second.Version != batch.VersionFor(0) || second.Previous != batch.Sum(sealed) {
		t.Errorf("sent: %s, then %+v", sent, second)
	}
	c.answer(first, nil, c.signer)
	c.answer(second, nil, c.signer)
	c.must(c.Send(t.Context()))
	if got := c.states(); !slices.Equal(got, []store.BatchState{store.BatchAccepted, store.BatchAccepted}) {
		t.Errorf("states %v", got)
	}
}

// sealedByVersion1 makes the first batch in the spool one of version 1, as far
// as sending looks at it, and returns its manifest.
func (c *centre) sealedByVersion1() (manifest []byte) {
	c.t.Helper()
	member, err := outbox.LoadMember(c.folder)
	c.must(err)
	signer, err := seal.LoadSigner(filepath.Join(c.folder, "keys", member.Install+"-install.minisign"))
	c.must(err)
	folder := filepath.Join(c.folder, "spool", member.Install+"-00000001")
	text, err := os.ReadFile(filepath.Join(folder, batch.ManifestName))
	c.must(err)
	manifest = bytes.Replace(text, []byte(`"version":2`), []byte(`"version":1`), 1)
	signature, err := signer.Sign(manifest, "")
	c.must(err)
	c.must(os.WriteFile(filepath.Join(folder, batch.ManifestName), manifest, 0o600))
	c.must(os.WriteFile(filepath.Join(folder, batch.SignatureName), signature, 0o600))
	_, err = c.DB().ExecContext(c.t.Context(), "UPDATE batches SET manifest_sha256 = ?", batch.Sum(manifest))
	c.must(err)
	return manifest
}
