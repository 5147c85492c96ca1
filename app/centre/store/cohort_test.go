package store_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"kaodian/app/exam"
)

// R25: beside others stand those who agreed and have a photo, each person once, and
// never the one whose clip it is; who agrees no longer is gone at once.
func TestR25_BesideOthersStandThoseWhoAgreed(t *testing.T) {
	c := newCentre(t)
	own := c.enrol("T1")
	clip := c.send(c.start(own), "1")
	var orders []exam.Order
	for n := range 4 {
		orders = append(orders, c.enrolOther(fmt.Sprint("O", n), fmt.Sprint("GA12345", n)))
	}
	photo := func(order exam.Order, sum string) {
		_, err := c.DB().ExecContext(t.Context(), "UPDATE orders SET photo = ? WHERE id = ?", sum, order.ID)
		c.must(err)
	}
	consent := func(order exam.Order, face bool) {
		c.apply(order.ID, exam.Consented{Face: face, Guardian: "王刚", By: desk})
	}
	listed := func(of string, most int) (names []string) {
		photos, err := c.ListCohort(t.Context(), of, most)
		c.must(err)
		for _, p := range photos {
			names = append(names, p.SHA256)
			if filepath.Base(p.Path) == "" || !filepath.IsAbs(p.Path) {
				t.Errorf("the photo is said to lie in %q", p.Path)
			}
		}
		return names
	}
	photo(own, "own")
	for n, order := range orders {
		photo(order, fmt.Sprint("photo-", n))
		consent(order, n != 3)
	}
	photo(orders[2], "")
	for what, list := range map[string]struct{ got, want []string }{
		"beside the clip": {listed(clip, 10), []string{"photo-0", "photo-1"}},
		"of all":          {listed("", 10), []string{"own", "photo-0", "photo-1"}},
		"no more":         {listed("", 2), []string{"own", "photo-0"}},
	} {
		if fmt.Sprint(list.got) != fmt.Sprint(list.want) {
			t.Errorf("%s: %v, want %v", what, list.got, list.want)
		}
	}
	sealed := c.enrolOther("S", "GA123459")
	photo(sealed, "sealed")
	consent(sealed, true)
	_, err := c.DB().ExecContext(t.Context(), "UPDATE orders SET sealed_at = 1 WHERE id = ?", sealed.ID)
	c.must(err)
	if got := listed(clip, 10); len(got) != 2 {
		t.Errorf("whose answer can no longer be changed is there: %v", got)
	}
	again := c.enrolOther("A", "GA123450") // the person of orders[0] declines in another order
	consent(again, false)
	if got := listed(clip, 10); fmt.Sprint(got) != "[photo-1]" {
		t.Errorf("who declined in another order is there: %v", got)
	}
	consent(again, true)
	consent(orders[0], false)
	if got := listed(clip, 10); len(got) != 1 {
		t.Errorf("who agrees no longer is still there: %v", got)
	}
}

// R25: who agreed before photos were measured beside others' clips did not agree to
// that, until they agree again.
func TestR25_AFormerConsentAllowsNoMore(t *testing.T) {
	c := newCentre(t)
	for n, sum := range []string{"before", "again"} {
		order := c.enrolOther(fmt.Sprint("O", n), fmt.Sprint("GA12345", n))
		_, err := c.DB().ExecContext(t.Context(), "UPDATE orders SET photo = ? WHERE id = ?", sum, order.ID)
		c.must(err)
		c.apply(order.ID, exam.Consented{Face: true, Guardian: "王刚", By: desk})
		if n == 0 {
			update, err := os.ReadFile("migrations/00050_cohort.sql")
			c.must(err)
			_, err = c.DB().ExecContext(t.Context(), string(update)) // as an update does; what goose reads is a comment
			c.must(err)
			c.clock.Advance(time.Minute)
		}
	}
	photos, err := c.ListCohort(t.Context(), "", 10)
	c.must(err)
	if len(photos) != 1 || photos[0].SHA256 != "again" {
		t.Errorf("%+v", photos)
	}
}
