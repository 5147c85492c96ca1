package outbox

import (
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
	return schedule.Next(lastSuccess)
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
// quarter of the batch's time on its way, from 5 s to 30 min.
func receiptWait(sentAt, now time.Time) time.Duration {
	const minReceiptWait = 5 * time.Second
	return min(max(now.Sub(sentAt)/4, minReceiptWait), maxWait)
}
