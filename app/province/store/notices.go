package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"kaodian/app/province/store/internal/query"
)

// NoticeKind is what the intake met that is no batch of an enrolled centre.
type NoticeKind string

// The kinds.
const (
	UnknownSender    NoticeKind = "unknown_sender"    // its install never enrolled
	EnrolmentRefused NoticeKind = "enrolment_refused" // a request that was not taken
	Fork             NoticeKind = "fork"              // two boxes send as one install
	Junk             NoticeKind = "junk"              // what is none of ours
	Trouble          NoticeKind = "trouble"           // what could not be worked on
)

// Notice is something at the drop that somebody at the province should know.
type Notice struct {
	Name            string // of a folder or file at the drop
	Kind            NoticeKind
	Reasons         []string
	FirstAt, LastAt time.Time // it was met
}

// KeptNotices is how many are kept, the latest.
const KeptNotices = 1000

const (
	noticeMemory = 90 * 24 * time.Hour
	// noticeStep is how exactly it is known when something was met last: a
	// watch meets the same every few seconds.
	noticeStep = time.Hour
)

// RecordNotices writes down what the intake met; what it met before with the
// same reasons is only dated anew, now and then.
func (s *Store) RecordNotices(ctx context.Context, notices []Notice) error {
	fresh, err := s.freshNotices(ctx, notices)
	if err != nil || len(fresh) == 0 {
		return err
	}
	return s.write(ctx, func(c *change) error {
		for _, n := range fresh {
			reasons, err := json.Marshal(append([]string{}, n.Reasons...))
			if err != nil {
				return err
			}
			err = c.UpsertNotice(ctx, query.UpsertNoticeParams{Name: n.Name, Kind: string(n.Kind), Reasons: string(reasons), FirstAt: c.now.UnixMilli(), LastAt: c.now.UnixMilli()})
			if err != nil {
				return err
			}
		}
		return c.forgetNotices()
	})
}

// forgetNotices drops the old ones, and of too many the oldest.
func (c *change) forgetNotices() error {
	if err := c.ForgetOldNotices(c.ctx, c.now.Add(-noticeMemory).UnixMilli()); err != nil {
		return err
	}
	count, err := c.CountNotices(c.ctx)
	if err != nil || count <= KeptNotices {
		return err
	}
	return c.ForgetOldestNotices(c.ctx, count-KeptNotices)
}

// freshNotices are those that are not written down as they are.
func (s *Store) freshNotices(ctx context.Context, notices []Notice) (fresh []Notice, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		for _, n := range notices {
			row, err := q.FindNotice(ctx, query.FindNoticeParams{Name: n.Name, Kind: string(n.Kind)})
			if err != nil && !errors.Is(err, sql.ErrNoRows) {
				return err
			}
			reasons, jsonErr := json.Marshal(append([]string{}, n.Reasons...))
			if jsonErr != nil {
				return jsonErr
			}
			if err != nil || row.Reasons != string(reasons) || s.Now().Sub(at(row.LastAt)) >= noticeStep {
				fresh = append(fresh, n)
			}
		}
		return nil
	})
	return fresh, err
}

// ListNotices returns what the intake met, the latest first.
func (s *Store) ListNotices(ctx context.Context, limit int) (notices []Notice, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		rows, err := q.ListNotices(ctx, int64(limit))
		for _, row := range rows {
			n := Notice{Name: row.Name, Kind: NoticeKind(row.Kind), FirstAt: at(row.FirstAt), LastAt: at(row.LastAt)}
			if err := json.Unmarshal([]byte(row.Reasons), &n.Reasons); err != nil {
				return err
			}
			notices = append(notices, n)
		}
		return err
	})
	return notices, err
}
