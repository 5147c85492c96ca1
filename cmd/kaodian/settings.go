package main

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/go-viper/mapstructure/v2"
	"github.com/knadh/koanf/v2"
	"github.com/pelletier/go-toml/v2"

	"kaodian/app/base/text"
	"kaodian/app/exam"
)

// settings are the file's keys; contract.md lists them.
type settings struct {
	Exam struct {
		CentreName      string          `koanf:"centre_name"`
		TimeLimits      []timeLimit     `koanf:"time_limits"`
		MaxAttempts     int             `koanf:"max_attempts"`
		MaxClipBytes    int64           `koanf:"max_clip_bytes"`
		UploadGrace     time.Duration   `koanf:"upload_grace"`
		AutoSubmitReset string          `koanf:"auto_submit_reset"`
		Timezone        string          `koanf:"timezone"`
		PracticeFirst   bool            `koanf:"practice_first"`
		ProvinceDecides bool            `koanf:"province_decides"`
		MissingItem     string          `koanf:"missing_item"`
		ReviewTime      time.Duration   `koanf:"review_time"`
		Markers         int             `koanf:"markers"`
		MarkTolerance   int             `koanf:"mark_tolerance"`
		MarkTolerances  []markTolerance `koanf:"mark_tolerances"`
		Qualification   int             `koanf:"qualification"`
		SeedEvery       int             `koanf:"seed_every"`
		AgainEvery      int             `koanf:"again_every"`
	} `koanf:"exam"`
	HTTP struct {
		Hosts                []string `koanf:"hosts"`
		MaxSocketsPerAddress int      `koanf:"max_sockets_per_address"`
		Certificate          string   `koanf:"certificate"`
		Key                  string   `koanf:"key"`
	} `koanf:"http"`
	Retention struct {
		AfterReceipt time.Duration `koanf:"after_receipt"`
	} `koanf:"retention"`
	Sync   syncSettings `koanf:"sync"`
	Backup struct {
		Place    string `koanf:"place"`
		Schedule string `koanf:"schedule"`
		Keep     int    `koanf:"keep"`
	} `koanf:"backup"`
}

// syncSettings say when and to whom the centre sends.
type syncSettings struct {
	Schedule string `koanf:"schedule"`
	DropCA   string `koanf:"drop_ca"`
	DropPin  string `koanf:"drop_pin"`
	// Bandwidth is what sending may take of the line, in KB a second; 0 is all.
	Bandwidth int `koanf:"bandwidth"`
}

type timeLimit struct {
	Grades string        `koanf:"grades"` // "1-4" or "8"
	Limit  time.Duration `koanf:"limit"`
}

type markTolerance struct {
	Subject string `koanf:"subject"`
	Levels  int    `koanf:"levels"`
}

// defaults are the rules' values. A phone's browser opens about six sockets; the
// limit per address also has to do for an access point that hides its phones
// behind one address.
var defaults = map[string]any{
	"exam.time_limits": []any{
		map[string]any{"grades": "1-4", "limit": "30m"},
		map[string]any{"grades": "5-7", "limit": "45m"},
		map[string]any{"grades": "8-10", "limit": "60m"},
	},
	"exam.centre_name":             "",
	"exam.max_attempts":            3,
	"exam.max_clip_bytes":          500 * 1024 * 1024,
	"exam.upload_grace":            "0s",
	"exam.auto_submit_reset":       "day",
	"exam.timezone":                "Asia/Shanghai",
	"exam.practice_first":          false,
	"exam.province_decides":        false,
	"exam.missing_item":            "left_out",
	"exam.review_time":             "72h",
	"exam.markers":                 1,
	"exam.mark_tolerance":          1,
	"exam.mark_tolerances":         []any{},
	"exam.qualification":           0,
	"exam.seed_every":              0,
	"exam.again_every":             0,
	"http.hosts":                   []string{},
	"http.max_sockets_per_address": 64,
	"http.certificate":             "",
	"http.key":                     "",
	"retention.after_receipt":      "720h",
	"sync.schedule":                "0 20 * * *",
	"sync.bandwidth":               0,
	"sync.drop_ca":                 "",
	"sync.drop_pin":                "",
	"backup.place":                 "",
	"backup.schedule":              "0 3 * * *",
	"backup.keep":                  10,
}

// readSettings merges defaults, the file and the environment; unknown keys
// are an error in both.
func readSettings(path string) (settings, error) {
	written, err := readWritten(path)
	if err != nil {
		return settings{}, err
	}
	return written.with(nil)
}

// placeOf is where in the settings file it is wrong, as far as that is known.
func placeOf(err error) string {
	broken, ok := errors.AsType[*toml.DecodeError](err)
	if !ok {
		return ""
	}
	row, column := broken.Position()
	return fmt.Sprintf(", line %d, column %d,", row, column)
}

// inWords says which setting has a value of another kind than it takes.
func inWords(err error) string {
	setting, named := errors.AsType[*mapstructure.DecodeError](err)
	var value any
	var wanted reflect.Value
	if parsed, ok := errors.AsType[*mapstructure.ParseError](err); ok {
		value, wanted = parsed.Value, parsed.Expected
	} else if other, ok := errors.AsType[*mapstructure.UnconvertibleTypeError](err); ok {
		value, wanted = other.Value, other.Expected
	}
	if !named || !wanted.IsValid() {
		return strings.TrimPrefix(text.OneLine(err), "decoding failed due to the following error(s):; ")
	}
	kind := map[reflect.Kind]string{reflect.Int: "a whole number", reflect.Int64: "a whole number", reflect.Bool: "true or false", reflect.String: "a text"}[wanted.Kind()]
	return fmt.Sprintf("%s is %q, and has to be %s", setting.Name(), fmt.Sprint(value), cmp.Or(kind, wanted.Type().String()))
}

// readSpan reads a span of time; a bare number would be one of nanoseconds.
func readSpan(from, to reflect.Type, value any) (any, error) {
	if to != reflect.TypeFor[time.Duration]() || from == to {
		return value, nil
	}
	if written, ok := value.(string); ok {
		if span, err := time.ParseDuration(written); err == nil {
			return span, nil
		}
	}
	return nil, fmt.Errorf(`is %#v, and has to be a span of time such as "30m" or "72h"`, value)
}

// settingsOf says where settings came from.
func settingsOf(path string) string {
	if path == "" {
		return "the settings in the environment"
	}
	return path
}

func unmarshal(k *koanf.Koanf, s *settings) error {
	return k.UnmarshalWithConf("", s, koanf.UnmarshalConf{DecoderConfig: &mapstructure.DecoderConfig{
		Result:           s,
		TagName:          "koanf",
		ErrorUnused:      true,
		WeaklyTypedInput: true, // the environment has text only
		DecodeHook: mapstructure.ComposeDecodeHookFunc(
			readSpan,
			mapstructure.StringToSliceHookFunc(","),
		),
	}})
}

// rules are the exam's settings in the domain's form.
func (s settings) rules() (exam.Rules, error) {
	zone, err := time.LoadLocation(s.Exam.Timezone)
	if err != nil {
		return exam.Rules{}, fmt.Errorf("exam.timezone %q is not known; write a name such as Asia/Shanghai", s.Exam.Timezone)
	}
	rules := exam.Rules{
		MaxAttempts:     s.Exam.MaxAttempts,
		MaxClipBytes:    s.Exam.MaxClipBytes,
		UploadGrace:     s.Exam.UploadGrace,
		ResetTimedOut:   exam.ResetSpan(s.Exam.AutoSubmitReset),
		Location:        zone,
		PracticeFirst:   s.Exam.PracticeFirst,
		ProvinceDecides: s.Exam.ProvinceDecides,
		MissingItem:     exam.MissingItem(s.Exam.MissingItem),
		ReviewTime:      s.Exam.ReviewTime,
		Markers:         s.Exam.Markers,
		MarkTolerance:   s.Exam.MarkTolerance,
		Qualification:   s.Exam.Qualification,
		SeedEvery:       s.Exam.SeedEvery,
		AgainEvery:      s.Exam.AgainEvery,
	}
	for _, own := range s.Exam.MarkTolerances {
		rules.MarkTolerances = append(rules.MarkTolerances, exam.MarkTolerance(own))
	}
	if s.Retention.AfterReceipt < 0 {
		return exam.Rules{}, fmt.Errorf("retention.after_receipt is %s; it must not be negative", s.Retention.AfterReceipt)
	}
	if s.Sync.Bandwidth < 0 {
		return exam.Rules{}, fmt.Errorf("sync.bandwidth is %d; it must not be negative", s.Sync.Bandwidth)
	}
	if err := isPlace(s.Backup.Place); err != nil {
		return exam.Rules{}, fmt.Errorf("backup.place is %q; it has to be the whole path of a folder, such as /media/backup", s.Backup.Place)
	}
	if s.Backup.Keep < 1 {
		return exam.Rules{}, fmt.Errorf("backup.keep is %d; it has to be 1 or more", s.Backup.Keep)
	}
	for _, band := range s.Exam.TimeLimits {
		limit, err := band.parse()
		if err != nil {
			return exam.Rules{}, err
		}
		rules.TimeLimits = append(rules.TimeLimits, limit)
	}
	return rules, rules.Check()
}

func (t timeLimit) parse() (exam.TimeLimit, error) {
	first, last, isRange := strings.Cut(t.Grades, "-")
	if !isRange {
		last = first
	}
	from, errFrom := strconv.Atoi(strings.TrimSpace(first))
	to, errTo := strconv.Atoi(strings.TrimSpace(last))
	if errFrom != nil || errTo != nil || from > to {
		return exam.TimeLimit{}, fmt.Errorf(`exam.time_limits: grades %q is no range; write "1-4" or "8"`, t.Grades)
	}
	return exam.TimeLimit{From: from, To: to, Limit: t.Limit}, nil
}
