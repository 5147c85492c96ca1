package store_test

import (
	"syscall"
	"testing"
	"time"

	"kaodian/app/base/clock"
	"kaodian/app/base/durable"
	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/centre/store/storetest"
	"kaodian/app/exam"
)

// I1, I2: once anything on the disk failed no record is acknowledged, the
// queue's neither; reading goes on.
func TestI2AfterAFailureOfTheDiskNothingIsWrittenDown(t *testing.T) {
	s, err := store.Open(t.Context(), storetest.Path(t, t.TempDir()), exam.DefaultRules(time.UTC), clock.NewFake(time.Unix(0, 0)))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.SetSetting(t.Context(), "before", "1"); err != nil {
		t.Fatal(err)
	}
	s.Fault().Note(syscall.EIO)
	if err := s.SetSetting(t.Context(), "after", "1"); refusal.CodeOf(err) != refusal.StorageFailed || !durable.Broken(err) {
		t.Errorf("a setting: %v", err)
	}
	if err := s.Queue("boot").RemoveJob(t.Context(), "x"); !durable.Broken(err) {
		t.Errorf("the queue: %v", err)
	}
	for name, want := range map[string]string{"before": "1", "after": ""} {
		if got, err := s.FindSetting(t.Context(), name); err != nil || got != want {
			t.Errorf("%s is %q: %v", name, got, err)
		}
	}
}
