package main

import (
	"path/filepath"
	"strings"
	"testing"

	"kaodian/sync/batch/formattest"
)

// What programs of earlier commits sealed opens by the steps of the format's
// page alone, and their audit logs have the hashes that it tells to compute.
func TestABatchOfAnEarlierVersionOpensByTheStepsOfTheFormat(t *testing.T) {
	formattest.NeedTools(t)
	for name, p := range formers(t, "sealed-by-*.tgz") {
		t.Run(name, func(t *testing.T) {
			requests, err := filepath.Glob(filepath.Join(p.dir, "stick", "enrol", "*", "*.json"))
			if err != nil || len(requests) != 1 {
				t.Fatalf("requests %v, %v", requests, err)
			}
			token, err := formattest.Shell(t, `sqlite3 "$DB" "SELECT token FROM centres"`, map[string]string{"DB": filepath.Join(p.dir, "province", "province.db")})
			if err != nil {
				t.Fatal(token, err)
			}
			place := formattest.Place{
				Drop: filepath.Join(p.dir, "stick"), Centre: filepath.Base(filepath.Dir(requests[0])), Install: strings.TrimSuffix(filepath.Base(requests[0]), ".json"),
				Sequence: "1", Identity: filepath.Join(p.dir, "province", "keys", "province.age"), Token: strings.TrimSpace(token), Work: t.TempDir(),
			}
			place.Do(t, formattest.Enrolment)
			place.Do(t, formattest.Batch)
			facts := place.File(t, "facts")
			if holds := strings.Count(facts, " holds\n"); holds == 0 || strings.Contains(facts, "differs") {
				t.Errorf("the lines of the audit log:\n%s", facts)
			}
			if clips := strings.Count(place.File(t, "clips"), "\n"); clips != 3 {
				t.Errorf("%d clips", clips)
			}
		})
	}
}
