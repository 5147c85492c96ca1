package inspect

import (
	"context"
	"errors"
	"os"
	"sync"
	"time"

	"kaodian/app/centre/store"
	"kaodian/media/vision"
)

// cohort are the numbers of other candidates' registration photos, beside which
// a likeness is judged: children are more alike than adults, and the centre's own
// say how much. They are held in memory and nowhere else, under consent only
// (R25); what of them has lost its photo or its consent goes at the next look.
type cohort struct {
	mu      sync.Mutex
	numbers map[string]vision.Numbers // by the photo's SHA-256; nil: not one face in it
	failed  map[string]int            // how often the worker gave no answer about a photo
}

// maxFailed is how often a photo is looked at of which the worker tells nothing:
// it may be the photo that it fails of, or only the moment.
const maxFailed = 3

// maxCohort is how many photos are looked at: some show no face or two, so a few
// more than are needed.
const maxCohort = vision.CohortSize + 20

// KeepCohort looks at the photos of candidates who agreed, and forgets those that
// are not to be held any longer, again and again until ctx ends. What goes wrong is
// reported; without a cohort faces are judged by the stricter limit.
func (i *Inspector) KeepCohort(ctx context.Context, every time.Duration, report func(error)) error {
	for {
		if err := i.gather(ctx); err != nil && ctx.Err() == nil {
			report(err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(every):
		}
	}
}

func (i *Inspector) gather(ctx context.Context) error {
	photos, err := i.Store.ListCohort(ctx, "", maxCohort)
	if err != nil {
		return err
	}
	var wrong error // with one photo, which keeps no other from being looked at
	for _, photo := range i.cohort.keep(photos) {
		next, err := i.learn(ctx, photo)
		wrong = errors.Join(wrong, err)
		if !next || ctx.Err() != nil {
			break
		}
	}
	return wrong
}

// keep forgets what is not in the list and returns what of it is not known.
func (c *cohort) keep(photos []store.CohortPhoto) (unknown []store.CohortPhoto) {
	c.mu.Lock()
	defer c.mu.Unlock()
	held := map[string]vision.Numbers{}
	for _, photo := range photos {
		numbers, known := c.numbers[photo.SHA256]
		if !known {
			unknown = append(unknown, photo)
			continue
		}
		held[photo.SHA256] = numbers
	}
	c.numbers = held
	return unknown
}

// learn looks at one photo, and says whether the next one is to be looked at: a
// network that was not measured beside others needs none of them, and a worker that
// gives no answer may give one later.
func (i *Inspector) learn(ctx context.Context, photo store.CohortPhoto) (next bool, err error) {
	data, err := readPhoto(photo.Path)
	if errors.Is(err, os.ErrNotExist) {
		return true, nil // replaced meanwhile
	}
	if err != nil {
		return true, err
	}
	seen, err := i.Faces.Compare(ctx, data, nil)
	switch {
	case errors.Is(err, vision.ErrNotExamined):
		i.cohort.fail(photo)
		return false, nil
	case err != nil, seen.About.MatchCohort == 0:
		return false, err
	}
	i.cohort.mu.Lock()
	defer i.cohort.mu.Unlock()
	i.cohort.numbers[photo.SHA256] = seen.PhotoNumbers
	return true, nil
}

// fail counts a photo that the worker gave no answer about, and gives it up in the
// end: else it would keep those behind it from being looked at.
func (c *cohort) fail(photo store.CohortPhoto) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.failed == nil {
		c.failed = map[string]int{}
	}
	c.failed[photo.SHA256]++
	if c.failed[photo.SHA256] >= maxFailed {
		delete(c.failed, photo.SHA256)
		c.numbers[photo.SHA256] = nil
	}
}

// beside holds a likeness against those to other candidates of the centre: nothing
// where the network was not measured so, and no spreads where too few are known.
func (i *Inspector) beside(ctx context.Context, clipID string, seen vision.Comparison) (spreads, nearest *float64, err error) {
	if seen.Similarity == nil || seen.About.MatchCohort == 0 {
		return nil, nil, nil
	}
	photos, err := i.Store.ListCohort(ctx, clipID, maxCohort)
	if err != nil {
		return nil, nil, err
	}
	others := i.cohort.of(photos)
	if above, ok := vision.Beside(seen.PhotoNumbers, seen.Numbers, others[:min(len(others), vision.CohortSize)]); ok {
		spreads = &above
	}
	return spreads, vision.Nearest(seen.Numbers, others), nil
}

// of are the numbers of these photos, as far as they are known.
func (c *cohort) of(photos []store.CohortPhoto) (others [][]float32) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, photo := range photos {
		if numbers := c.numbers[photo.SHA256]; numbers != nil {
			others = append(others, numbers)
		}
	}
	return others
}
