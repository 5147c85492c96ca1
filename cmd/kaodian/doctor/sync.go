package doctor

import (
	"context"
	"fmt"
	"strings"
	"time"

	"kaodian/app/centre/store"
	"kaodian/sync/drop"
	"kaodian/sync/outbox"
)

// sync says when what is final goes to the province, and how that stands.
func (p *Machine) sync(ctx context.Context) Check {
	if p.opened == nil {
		return unseen()
	}
	out, err := p.opened.Outbox()
	if err != nil {
		return isWrong(err, "correct sync.schedule in the settings").as(SyncUnread)
	}
	status, err := out.Status(ctx)
	if err != nil {
		return isWrong(err, "join the province again: "+p.Type("enrol FILE")).as(SyncUnread)
	}
	if !status.Enrolled {
		return needsAttention("this centre has joined no province, so nothing is sent", "ask the province for an enrolment file, then: "+p.Type("enrol FILE")).as(SyncAlone)
	}
	found := sendingText(out, status, p.opened.Now(), p.Waiting)
	for _, b := range status.Batches {
		if b.State == store.BatchRefused {
			return isWrong(fmt.Errorf("the province refused batch %d (%s); %s", b.Sequence, strings.Join(b.Reasons, "; "), found), "tell the province's staff its number").as(SyncRefused).counting(b.Sequence)
		}
	}
	if err := out.CheckDrop(ctx); err != nil {
		if drop.CauseOf(err) != drop.Unreachable {
			return isWrong(fmt.Errorf("the province's drop cannot be used: %w; %s", err, found), "until then send by stick: "+p.Type("sync out DIR")).as(SyncNoUse)
		}
		return isWrong(fmt.Errorf("the province's drop does not answer (%w); %s", err, found),
			"see to the line, or send by stick: "+p.Type("sync out DIR")).as(SyncNoLine)
	}
	for _, b := range status.Batches {
		if b.State == store.BatchSent && p.opened.Now().Sub(b.SentAt) > longSilence {
			return needsAttention(fmt.Sprintf("batch %d was sent on %s and has no receipt; %s", b.Sequence, b.SentAt.In(p.opened.Rules().Location).Format(time.DateOnly), found),
				"ask the province's staff whether it came").as(SyncNoReceipt).counting(b.Sequence).on(b.SentAt)
		}
	}
	return isGood("the province's drop answers; %s", found).as(SyncGood)
}

// longSilence is how long the province may take with a receipt: over a
// weekend and a day.
const longSilence = 3 * 24 * time.Hour

// sendingText tells the time to the next run, or that the server has to run
// for it.
func sendingText(out *outbox.Outbox, s outbox.Status, now time.Time, waiting func(outbox.Status) string) string {
	const minutes = "2006-01-02 15:04"
	next, last := out.Schedule.Next(now), "never"
	overdue := !s.NextDue.After(now) // zero: it was never sent
	if !overdue {
		next = s.NextDue
	}
	if !s.LastSuccess.IsZero() {
		last = s.LastSuccess.In(now.Location()).Format(minutes)
	}
	left := next.Sub(now)
	text := fmt.Sprintf("next run in %d h %d min (%s), last contact with the drop %s; %s",
		int(left.Hours()), int(left.Minutes())%60, next.In(now.Location()).Format(minutes), last, waiting(s))
	if overdue {
		text += "; one is overdue and begins as soon as the server runs"
	}
	return text
}
