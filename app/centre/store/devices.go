package store

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// DeskDevice is a computer that staff allow to record and upload (R4).
type DeskDevice struct {
	Number    string
	AllowedAt time.Time
	AllowedBy string
}

// DeviceNumber is how a person names a device to staff: six digits that follow
// from the device's own name.
func DeviceNumber(device string) string {
	const numbers = 1_000_000
	sum := sha256.Sum256([]byte("device number " + device))
	return fmt.Sprintf("%06d", binary.BigEndian.Uint64(sum[:])%numbers)
}

// AllowDevice lets the computer of that number record and upload. It must be
// logged in now (refusal.NotFound): a number that nobody shows is a mistyped one.
func (s *Store) AllowDevice(ctx context.Context, number, by string) error {
	return s.write(ctx, func(c *change) error {
		devices, err := c.ListDesktops(ctx, c.now.UnixMilli())
		if err != nil {
			return err
		}
		for _, device := range devices {
			if DeviceNumber(device) != number {
				continue
			}
			err := c.PutDeskDevice(ctx, query.PutDeskDeviceParams{Device: device, Number: number, AllowedAt: c.now.UnixMilli(), AllowedBy: by})
			if err != nil {
				return err
			}
			return c.audit(Entry{Action: ActionDeviceAllowed, By: exam.Actor{Role: exam.ByStaff, Name: by}, Args: map[string]any{"number": number}})
		}
		return refusal.New(refusal.NotFound)
	})
}

// WithdrawDevice takes the leave back; refusal.NotFound for a number without.
func (s *Store) WithdrawDevice(ctx context.Context, number, by string) error {
	return s.write(ctx, func(c *change) error {
		gone, err := c.DeleteDeskDevice(ctx, number)
		if err != nil {
			return err
		}
		if gone == 0 {
			return refusal.New(refusal.NotFound)
		}
		return c.audit(Entry{Action: ActionDeviceWithdrawn, By: exam.Actor{Role: exam.ByStaff, Name: by}, Args: map[string]any{"number": number}})
	})
}

// ListDeskDevices lists the allowed computers, the newest first.
func (s *Store) ListDeskDevices(ctx context.Context) (list []DeskDevice, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		rows, err := q.ListDeskDevices(ctx)
		for _, row := range rows {
			list = append(list, DeskDevice{Number: row.Number, AllowedAt: s.at(row.AllowedAt), AllowedBy: row.AllowedBy})
		}
		return err
	})
	return list, err
}

// MayRecord says whether the session's device may start attempts and upload
// (R4); own says that it is the server's own screen.
func (s *Store) MayRecord(ctx context.Context, session Session, own bool) (bool, error) {
	place := exam.Place{Kind: session.DeviceKind, Own: own}
	if place.MayRecord() {
		return true, nil
	}
	var err error
	place.Allowed, err = s.deviceAllowed(ctx, session.Device)
	return place.MayRecord(), err
}

// CheckPlace refuses a device that may not record, with the number by which
// staff allow it.
func (s *Store) CheckPlace(ctx context.Context, session Session, own bool) error {
	may, err := s.MayRecord(ctx, session, own)
	if err == nil && !may {
		err = refusal.New(exam.DeviceNotAllowed, "number", DeviceNumber(session.Device))
	}
	return err
}

// deviceAllowed says whether staff allowed the computer, or lent it.
func (s *Store) deviceAllowed(ctx context.Context, device string) (allowed bool, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		count, err := q.CountDeskDevice(ctx, device)
		if err != nil {
			return err
		}
		lent, err := q.CountLentDevice(ctx, device)
		allowed = count+lent > 0
		return err
	})
	return allowed, err
}
