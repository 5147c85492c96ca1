package tus

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestWorkThatCanWaitStandsWhileRequestsAreMany(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		held, holds := 0, 0
		traffic := newTraffic(func() func() {
			held++
			holds++
			return func() { held-- }
		})
		traffic.many = 3
		step := func(what string, requests int, pause time.Duration, want int) {
			t.Helper()
			for ; requests > 0; requests-- {
				traffic.begin()
			}
			for ; requests < 0; requests++ {
				traffic.end()
			}
			time.Sleep(pause)
			synctest.Wait()
			if held != want {
				t.Errorf("%s: held %d, want %d", what, held, want)
			}
		}
		step("two requests", 2, 0, 0)
		step("a third", 1, 0, 1)
		step("ten more", 10, time.Hour, 1)
		step("two are left, just now", -11, calmFor-time.Millisecond, 1)
		step("busy again within the calm", 1, calmFor, 1)
		step("two are left for a while", -1, calmFor, 0)
		step("none", -2, calmFor, 0)
		if holds != 1 {
			t.Errorf("held %d times", holds)
		}
	})
}
