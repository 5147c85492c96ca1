package store

import (
	"context"
	"database/sql"
	"errors"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// ListRegistered returns the scope's orders as they are registered, with what
// each has to record, for papers.
func (s *Store) ListRegistered(ctx context.Context, f Scope) (orders []exam.Order, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		rows, err := q.ListScope(ctx, f.params(s.Rules().Location))
		if err != nil {
			return err
		}
		l := s.loader(q)
		for _, row := range rows {
			full, err := q.FindOrder(ctx, row.ID)
			if err != nil {
				return err
			}
			order := exam.Order{ID: row.ID}
			if order.Registration, err = l.registration(ctx, full); err != nil {
				return err
			}
			if order.Items, err = l.itemSpecs(ctx, order.Registration); err != nil {
				return err
			}
			orders = append(orders, order)
		}
		return nil
	})
	return orders, err
}

// Poster is what the posters of a centre say: its Wi-Fi, and the address that
// phones open, "" for the one that the desk itself came to.
type Poster struct {
	WifiName     string `json:"wifi_name"`
	WifiPassword string `json:"wifi_password"`
	Address      string `json:"address"`
}

// The settings in which it is kept.
const (
	posterWifiName     = "wifi_name"
	posterWifiPassword = "wifi_password"
	posterAddress      = "centre_address"
)

// FindPoster returns what was written down.
func (s *Store) FindPoster(ctx context.Context) (Poster, error) {
	return posterOf(func(name string) (string, error) { return s.FindSetting(ctx, name) })
}

func posterOf(find func(name string) (string, error)) (p Poster, err error) {
	for name, value := range map[string]*string{posterWifiName: &p.WifiName, posterWifiPassword: &p.WifiPassword, posterAddress: &p.Address} {
		if *value, err = find(name); err != nil {
			return p, err
		}
	}
	return p, nil
}

// setPoster writes one of them down, if it is another; the page of the settings
// shows the Wi-Fi's too, with who chose it.
func (c *change) setPoster(name, value string, by exam.Actor) error {
	before, err := c.setting(name)
	if err != nil || before == value {
		return err
	}
	if err := c.SetSetting(c.ctx, query.SetSettingParams{Name: name, Value: value}); err != nil || name == posterAddress {
		return err
	}
	return c.PutChoice(c.ctx, query.PutChoiceParams{Name: name, At: c.now.UnixMilli(), ByName: by.Name})
}

// setting is a setting's value within the transaction, "" if it was never set.
func (c *change) setting(name string) (string, error) {
	value, err := c.FindSetting(c.ctx, name)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return value, err
}

// shows says whether that was shown of it: without an address of its own it
// shows the one that the desk came to.
func (p Poster) shows(shown Poster) bool {
	if p.Address == "" {
		p.Address = shown.Address
	}
	return p == shown
}

// SetPoster writes it down, if phones can do with it what it says; the log says
// who changed it, not the password. shown is what the form showed, nil for
// anything: if something else is kept now, nothing changes (SettingMoved).
func (s *Store) SetPoster(ctx context.Context, p Poster, shown *Poster, by exam.Actor) error {
	for _, err := range []error{CheckWifiName(p.WifiName), CheckWifiPassword(p.WifiPassword), CheckAddress(p.Address)} {
		if err != nil {
			return err
		}
	}
	return s.write(ctx, func(c *change) error {
		before, err := posterOf(c.setting)
		if err != nil {
			return err
		}
		if shown != nil && !before.shows(*shown) {
			return refusal.New(SettingMoved)
		}
		for name, value := range map[string]string{posterWifiName: p.WifiName, posterWifiPassword: p.WifiPassword, posterAddress: p.Address} {
			if err := c.setPoster(name, value, by); err != nil {
				return err
			}
		}
		return c.audit(Entry{Action: ActionPosterSet, By: by, Args: map[string]any{"wifi_name": p.WifiName, "address": p.Address}})
	})
}
