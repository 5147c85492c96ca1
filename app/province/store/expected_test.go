package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kaodian/app/base/login"
	"kaodian/app/province/store"
	"kaodian/app/province/store/storetest"
	"kaodian/sync/batch"
	"kaodian/sync/batch/batchtest"
	"kaodian/sync/records/recordstest"
)

// owing is a store whose centre gets lists.
type owing struct {
	*store.Store
	t        *testing.T
	previous string
	sequence int64
}

func (o *owing) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

// publish sends a list down: tickets, and when their windows close.
func (o *owing) publish(windows map[string]time.Time) (manifest string) {
	o.t.Helper()
	o.sequence++
	manifest = batch.Sum([]byte(fmt.Sprint("list ", o.sequence)))
	p := store.Parcel{
		Ref: store.Ref{Centre: ref.Centre, Install: ref.Install, Sequence: o.sequence}, ManifestSHA256: manifest, Kind: "orders",
		MadeAt: o.Now().Add(time.Duration(o.sequence) * time.Second),
	}
	for ticket, closes := range windows {
		p.Expected = append(p.Expected, store.Expected{Ticket: ticket, Subject: "钢琴", Grade: 8, OpensAt: closes.Add(-time.Hour), ClosesAt: closes, Day: closes.UTC().Format(time.DateOnly)})
	}
	o.must(o.RecordPublished(o.t.Context(), p, o.previous))
	o.previous = manifest
	return manifest
}

// answer is what the centre's first batch says of a list.
func (o *owing) answer(sequence int64, manifest, outcome string) {
	o.t.Helper()
	storetest.Exec(o.t, o.Folder(), fmt.Sprintf("INSERT OR REPLACE INTO parcels VALUES (1, '%s', %d, '%s', '%s', '', 0, 0, 0, 0, 'staff', '', 1)", ref.Install, sequence, manifest, outcome))
}

func (o *owing) want(want ...store.ExpectedDay) {
	o.t.Helper()
	days, err := o.ListExpected(o.t.Context(), "", "", 10)
	o.must(err)
	for i := range want {
		want[i].Centre = ref.Centre
	}
	if diff := cmp.Diff(want, days); diff != "" {
		o.t.Errorf("(- wanted, + told)\n%s", diff)
	}
}

func TestWhatListsMakeACentreOweIsComparedWithWhatCame(t *testing.T) {
	o := &owing{Store: enrolled(t), t: t}
	past, soon := time.Now().Add(-2*store.LateAfter), time.Now().Add(2*store.LateAfter)
	before, after := past.UTC().Format(time.DateOnly), soon.UTC().Format(time.DateOnly)
	first := o.publish(map[string]time.Time{"T1001": past, "T1002": past, "T1003": soon})
	o.want(store.ExpectedDay{Day: before, Expected: 2, Late: 2}, store.ExpectedDay{Day: after, Expected: 1})

	// T1001 comes.
	_, err := takeIn(t, o.Store, store.Batch{Ref: ref, ManifestSHA256: "m1"}, recordstest.Records(t, t.TempDir(), batch.Ref(ref), []batchtest.Media{original}))
	o.must(err)
	o.want(store.ExpectedDay{Day: before, Expected: 2, Received: 1, Late: 1}, store.ExpectedDay{Day: after, Expected: 1})
	missing, err := o.ListMissing(t.Context(), ref.Centre, before, "", 10)
	o.must(err)
	if len(missing) != 1 || missing[0].Ticket != "T1002" || missing[0].Subject != "钢琴" || missing[0].Grade != 8 || missing[0].ClosesAt.UnixMilli() != past.UnixMilli() {
		t.Errorf("missing: %+v", missing)
	}
	if rest, err := o.ListMissing(t.Context(), ref.Centre, before, "T1002", 10); err != nil || len(rest) != 0 {
		t.Errorf("after the last: %v, %v", rest, err)
	}

	// The newest list counts, unless its centre refused it.
	second := o.publish(map[string]time.Time{"T1002": soon})
	o.want(store.ExpectedDay{Day: after, Expected: 2}, store.ExpectedDay{Day: before, Expected: 1, Received: 1})
	o.answer(2, second, "refused")
	o.want(store.ExpectedDay{Day: before, Expected: 2, Received: 1, Late: 1}, store.ExpectedDay{Day: after, Expected: 1})

	// A batch that is set aside brought nothing, and said nothing.
	_, err = o.SetAside(t.Context(), ref, true, "a trial")
	o.must(err)
	o.want(store.ExpectedDay{Day: before, Expected: 1, Late: 1}, store.ExpectedDay{Day: after, Expected: 2})
	_, err = o.SetAside(t.Context(), ref, false, "")
	o.must(err)

	// A box that was revoked answers nothing more; what it took in stays owed.
	_, err = o.Revoke(t.Context(), ref.Centre, "", "stolen")
	o.must(err)
	o.want()
	o.answer(1, first, "taken")
	o.want(store.ExpectedDay{Day: before, Expected: 2, Received: 1, Late: 1}, store.ExpectedDay{Day: after, Expected: 1})
}

func TestAnAccountSeesWhatItsOwnCentresOwe(t *testing.T) {
	o := &owing{Store: enrolled(t), t: t}
	o.publish(map[string]time.Time{"T1001": time.Now()})
	for within, want := range map[login.Centres]int{"": 1, "north": 1, "south": 0, "nort": 0} {
		if days, err := o.ListExpected(t.Context(), within, "", 10); err != nil || len(days) != want {
			t.Errorf("of %q: %v, %v", within, days, err)
		}
	}
	if days, err := o.ListExpected(t.Context(), "", "south", 10); err != nil || len(days) != 0 {
		t.Errorf("of another centre: %v, %v", days, err)
	}
}
