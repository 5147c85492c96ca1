package store

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"kaodian/app/base/refusal"
	"kaodian/app/base/text"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// Refusals of a setting that somebody chose.
const (
	SettingFixed     refusal.Code = "setting_fixed"
	SettingText      refusal.Code = "setting_text"
	SettingWifiName  refusal.Code = "setting_wifi_name"
	SettingZone      refusal.Code = "setting_zone"
	SettingZoneFixed refusal.Code = "setting_zone_fixed"
	SettingSpan      refusal.Code = "setting_span"
	SettingNumber    refusal.Code = "setting_number"
	SettingSwitch    refusal.Code = "setting_switch"
	SettingSchedule  refusal.Code = "setting_schedule"
	SettingPassword  refusal.Code = "setting_password"
	SettingAddress   refusal.Code = "setting_address"
	// SettingMoved says that somebody else changed it after a form showed it.
	SettingMoved refusal.Code = "setting_moved"
)

// The settings that only the page has: what the posters say of the centre's Wi-Fi.
const (
	WifiName     = "wifi_name"
	WifiPassword = "wifi_password"
)

// The most bytes of a Wi-Fi's name, and what WPA takes as its password.
const (
	maxWifiName                      = 32
	minWifiPassword, maxWifiPassword = 8, 63
)

// CheckText refuses a text that has more than most characters, is more than a
// line, or has spaces at its ends.
func CheckText(value string, most int) error {
	if utf8.RuneCountInString(value) > most || !isLine(value) {
		return refusal.New(SettingText, "max", most)
	}
	return nil
}

func isLine(value string) bool {
	return value == strings.TrimSpace(value) && utf8.ValidString(value) && text.CleanLine(value) == value
}

// CheckWifiName refuses what no Wi-Fi is called; none at all is right.
func CheckWifiName(value string) error {
	if len(value) > maxWifiName || !isLine(value) {
		return refusal.New(SettingWifiName, "max", maxWifiName)
	}
	return nil
}

// CheckWifiPassword takes what WPA does; an open Wi-Fi has none.
func CheckWifiPassword(value string) error {
	printable := !strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r > '~' })
	if value != "" && (len(value) < minWifiPassword || len(value) > maxWifiPassword || !printable) {
		return refusal.New(SettingPassword, "min", minWifiPassword, "max", maxWifiPassword)
	}
	return nil
}

// CheckAddress refuses what a phone's browser does not open as the centre's
// pages; none at all is right.
func CheckAddress(value string) error {
	address, err := url.Parse(value)
	good := err == nil && (address.Scheme == "http" || address.Scheme == "https") && address.Hostname() != "" && address.User == nil &&
		address.RawQuery == "" && address.Fragment == "" && !strings.ContainsFunc(value, unicode.IsSpace)
	if value != "" && !good {
		return refusal.New(SettingAddress)
	}
	return nil
}

// Choice is a setting as somebody chose it.
type Choice struct {
	Name   string
	Value  string
	Chosen bool // false: it was put back to its default
	At     time.Time
	By     string
}

// ListChoices returns what was ever chosen on the page.
func (s *Store) ListChoices(ctx context.Context) (choices []Choice, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		rows, err := q.ListChoices(ctx)
		for _, row := range rows {
			choice := Choice{Name: row.Name, At: s.at(row.At), By: row.ByName}
			if row.Value != nil {
				choice.Value, choice.Chosen = *row.Value, true
			}
			choices = append(choices, choice)
		}
		return err
	})
	return choices, err
}

// NewChoice is what somebody chooses.
type NewChoice struct {
	Name    string
	Value   string
	Default string
	Reset   bool    // back to the default
	Secret  bool    // the audit log does not repeat it
	Shown   *string // what the form showed, nil for anything; of another value it is SettingMoved
	By      exam.Actor
}

func (n NewChoice) value() string {
	if n.Reset {
		return n.Default
	}
	return n.Value
}

// Choose writes the choice down and says whether it is another than before;
// one that is not leaves no line in the audit log.
func (s *Store) Choose(ctx context.Context, n NewChoice) (changed bool, err error) {
	err = s.write(ctx, func(c *change) error {
		before, err := c.FindSetting(ctx, n.Name)
		chosen := err == nil
		if errors.Is(err, sql.ErrNoRows) {
			before, err = n.Default, nil
		}
		if err != nil {
			return err
		}
		changed = chosen == n.Reset || before != n.value()
		if !changed {
			return nil
		}
		if n.Shown != nil && *n.Shown != before {
			return refusal.New(SettingMoved)
		}
		return c.choose(n, before)
	})
	return changed && err == nil, err
}

func (c *change) choose(n NewChoice, before string) error {
	var err error
	if n.Reset {
		err = c.DeleteSetting(c.ctx, n.Name)
	} else {
		err = c.SetSetting(c.ctx, query.SetSettingParams{Name: n.Name, Value: n.Value})
	}
	if err == nil {
		err = c.PutChoice(c.ctx, query.PutChoiceParams{Name: n.Name, At: c.now.UnixMilli(), ByName: n.By.Name})
	}
	if err != nil {
		return err
	}
	args := map[string]any{"name": n.Name, "default": n.Reset}
	if !n.Secret {
		args["from"], args["to"] = before, n.value()
	}
	return c.audit(Entry{Action: ActionSettingChanged, By: n.By, Args: args})
}

// ReadChoices reads what was chosen out of a database that is not open yet, as
// a look that changes nothing: the values by name. What cannot be read is none
// here; opening the database says why.
func ReadChoices(ctx context.Context, path string) map[string]string {
	db := open(path, looking, nil)
	defer db.Close()
	rows, err := db.QueryContext(ctx, "SELECT settings.name, settings.value FROM settings JOIN choices ON choices.name = settings.name")
	if err != nil {
		return nil
	}
	defer rows.Close()
	found := map[string]string{}
	for rows.Next() {
		var name, value string
		if rows.Scan(&name, &value) == nil {
			found[name] = value
		}
	}
	if rows.Err() != nil {
		return nil
	}
	return found
}
