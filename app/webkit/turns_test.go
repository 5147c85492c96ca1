package webkit

import (
	"fmt"
	"testing"
	"time"
)

// R4: turns at an account that many machines guess at, as the guard's comment
// says them.
func TestR4TurnsAtAnAccount(t *testing.T) {
	start := time.Date(2026, 7, 1, 9, 0, 0, 0, time.UTC)
	const apart = 20 * time.Second
	t.Run("all machines together guess 4,500 times a day", func(t *testing.T) {
		l, used := queues{}, 0
		for second := range 24 * 60 * 60 {
			for source := range 5 {
				if wait, _, _ := l.request("a", of(fmt.Sprint(source)), apart, 0, start.Add(time.Duration(second)*time.Second)); wait == 0 {
					used++
				}
			}
		}
		if used < 4000 || used > 4500 {
			t.Errorf("%d turns", used)
		}
	})
	t.Run("one that always tries delays the owner by two turns", func(t *testing.T) {
		l, now := queues{}, start
		for range 600 {
			l.request("a", of("always"), apart, 0, now)
			now = now.Add(time.Second)
		}
		came := now
		for {
			wait, _, _ := l.request("a", of("owner"), apart, 0, now)
			if wait == 0 {
				break
			}
			l.request("a", of("always"), apart, 0, now)
			now = now.Add(time.Second)
		}
		if now.Sub(came) > 2*apart {
			t.Errorf("the owner waited %s", now.Sub(came))
		}
	})
	t.Run("whoever is held has no second turn", func(t *testing.T) {
		l := queues{}
		l.request("a", of("one"), 5*time.Second, 6*time.Second, start)
		if wait, held, _ := l.request("a", of("two"), 5*time.Second, 6*time.Second, start); !held || wait != 5*time.Second {
			t.Fatal(wait, held)
		}
		if wait, held, _ := l.request("a", of("two"), 5*time.Second, 60*time.Second, start); held || wait == 0 {
			t.Error("a second turn", wait, held)
		}
		l.leave("a", "two")
		if wait, _, _ := l.request("a", of("two"), 5*time.Second, 0, start.Add(10*time.Second)); wait != 0 {
			t.Error("no turn after the first", wait)
		}
	})
}

// of is an applicant at an address of its own.
func of(source string) applicant { return applicant{source: source, address: source} }

// R4: who collected devices has no more turns for them.
func TestR4ManyDevicesOfOneAddressKeepNobodyWaiting(t *testing.T) {
	start := time.Date(2026, 7, 1, 9, 0, 0, 0, time.UTC)
	const apart = 20 * time.Second
	for name, owner := range map[string]applicant{
		"elsewhere": of("owner"),
		"behind the same address, with fewer wrong tries": {source: "owner", address: "attacker"},
	} {
		t.Run(name, func(t *testing.T) {
			l, now := queues{}, start
			attack := func() {
				for device := range 64 {
					l.request("a", applicant{source: fmt.Sprint(device), address: "attacker", wrong: 1}, apart, 6*time.Second, now)
				}
				now = now.Add(time.Second)
			}
			for range 30 {
				attack()
			}
			for came := now; ; attack() {
				if wait, _, _ := l.request("a", owner, apart, 0, now); wait == 0 {
					break
				}
				if now.Sub(came) > 3*apart {
					t.Fatal("still out after three turns")
				}
			}
		})
	}
}

func TestR4AnAllowanceIsGivenBackWithTime(t *testing.T) {
	a, now := newAllowances(3, 10*time.Second), time.Date(2026, 7, 1, 9, 0, 0, 0, time.UTC)
	for n := range 3 {
		if wait := a.wait("x", now); wait != 0 {
			t.Errorf("try %d waits %s", n, wait)
		}
		a.take("x", now)
	}
	if wait := a.wait("x", now); wait != 10*time.Second {
		t.Errorf("the fourth waits %s", wait)
	}
	if a.wait("y", now) != 0 || a.wait("x", now.Add(10*time.Second)) != 0 || a.wait("x", now.Add(9*time.Second)) != time.Second {
		t.Error("the allowance is not given back as said")
	}
}

// A clock that was set forward by mistake, and back, keeps nobody waiting and
// lets nobody read on.
func TestAClockThatWasSetBackKeepsNobodyWaiting(t *testing.T) {
	now := time.Date(2026, 7, 1, 9, 0, 0, 0, time.UTC)
	ahead := now.AddDate(10, 0, 0)
	a, l, grants := newAllowances(3, 10*time.Second), queues{}, Grants{}
	a.take("x", ahead)
	l.request("a", of("one"), time.Minute, 0, ahead)
	l.request("a", of("two"), time.Minute, 0, ahead)
	grants.note("x", grant{until: ahead.Add(grantLength)})
	if wait := a.wait("x", now); wait != 0 {
		t.Errorf("the allowance waits %s", wait)
	}
	a.take("x", now)
	if full := a.full["x"]; !full.Equal(now.Add(10 * time.Second)) {
		t.Errorf("after one more the bucket is full at %s", full)
	}
	if wait, _, _ := l.request("a", of("two"), time.Minute, 0, now); wait != 0 {
		t.Errorf("the turn is %s away", wait)
	}
	looks, noted := Looks{}, 0
	for _, at := range []time.Time{ahead, now, now.Add(time.Minute)} {
		if err := looks.Note("x", at, func() error { noted++; return nil }); err != nil {
			t.Fatal(err)
		}
	}
	if noted != 2 {
		t.Errorf("%d looks were noted", noted)
	}
	if _, found := grants.find("x", now); found {
		t.Error("the permission of the other clock holds on")
	}
}

func TestR4NobodyEmptiesABucketTwice(t *testing.T) {
	a, now := newAllowances(3, 10*time.Second), time.Date(2026, 7, 1, 9, 0, 0, 0, time.UTC)
	for range 100 { // that came at once, each before the first was counted
		a.take("x", now)
	}
	if wait := a.wait("x", now); wait != 10*time.Second {
		t.Errorf("the next one waits %s", wait)
	}
}
