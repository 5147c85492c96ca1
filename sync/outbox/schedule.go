package outbox

import (
	"errors"
	"time"

	"github.com/robfig/cron/v3"
)

// Due is when the next run is due: the first time of the schedule after the
// last success. It follows from these two alone, so a missed, doubled or jumped
// wake changes nothing. Without any success it is due at once.
func Due(schedule cron.Schedule, lastSuccess time.Time) time.Time {
	if lastSuccess.IsZero() {
		return time.Time{}
	}
	return next(schedule, lastSuccess)
}

// CheckSchedule refuses a schedule that is never due, and one that is due more
// often than once a minute, the finest that cron knows.
func CheckSchedule(schedule cron.Schedule, now time.Time) error {
	if schedule.Next(now).IsZero() {
		return errors.New("it is never due")
	}
	if every, ok := schedule.(cron.ConstantDelaySchedule); ok && every.Delay < time.Minute {
		return errors.New("it is due more often than once a minute")
	}
	return nil
}

// never is when a schedule is due that is never due; cron's zero time would be
// due at once.
var never = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

func next(schedule cron.Schedule, after time.Time) time.Time {
	if next := schedule.Next(after); !next.IsZero() {
		return next
	}
	return never
}

const (
	minWait = 30 * time.Second
	maxWait = 30 * time.Minute
)

// Retry is when a failed run is tried again: after 30 s, then doubling to 30 min.
func Retry(failures int, lastTry time.Time) time.Time {
	wait := min(minWait<<min(max(failures-1, 0), 10), maxWait)
	return lastTry.Add(wait)
}

// receiptWait is how long to wait before asking for a receipt again: a
// quarter of the batch's time on its way, from 5 s to 30 min; 30 min where a clock
// that was set back does not tell that time.
func receiptWait(sentAt, now time.Time) time.Duration {
	const minReceiptWait = 5 * time.Second
	if sentAt.After(now) {
		return maxWait
	}
	return min(max(now.Sub(sentAt)/4, minReceiptWait), maxWait)
}
