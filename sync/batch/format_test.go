package batch_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"kaodian/sync/batch"
	"kaodian/sync/batch/formattest"
)

func TestThePageOfTheFormatHasNoStepsThatNothingRuns(t *testing.T) {
	known := []string{formattest.Enrolment, formattest.Answer, formattest.Batch, formattest.Receipt, formattest.Parcel, formattest.Example}
	for _, name := range formattest.Names(t) {
		if !slices.Contains(known, name) {
			t.Errorf("nothing runs the steps «%s»", name)
		}
	}
}

func TestTheExamplesOfTheFormatComeOutAsThePageSays(t *testing.T) {
	formattest.NeedTools(t)
	examples, outputs := formattest.Blocks(t, "sh "+formattest.Example), formattest.Blocks(t, "text output")
	if len(examples) != len(outputs) {
		t.Fatalf("%d examples and %d outputs", len(examples), len(outputs))
	}
	for i, example := range examples {
		if out, err := formattest.Shell(t, example, nil); err != nil || out != outputs[i] {
			t.Errorf("%s: %v: %q instead of %q", example, err, out, outputs[i])
		}
	}
}

func TestTheCanonicalFormIsWhatThePageSays(t *testing.T) {
	for i, before := range formattest.Blocks(t, "json before") {
		var message any
		if err := json.Unmarshal([]byte(before), &message); err != nil {
			t.Fatal(err)
		}
		text, err := batch.Canonical(message)
		want := strings.TrimSuffix(formattest.Blocks(t, "json after")[i], "\n")
		if err != nil || string(text) != want {
			t.Errorf("%q, %v, the page says %q", text, err, want)
		}
	}
}

// Strings and moments are the parts of the form that a reader could take for
// another; each sentence of the page about them is one case.
func TestTheCanonicalFormOfStringsIsWhatThePageSays(t *testing.T) {
	for character, want := range map[string]string{
		`"`: `"\""`, `\`: `"\\"`, "\b": `"\b"`, "\f": `"\f"`, "\n": `"\n"`, "\r": `"\r"`, "\t": `"\t"`, "\x00": `"\u0000"`, "\x1f": `"\u001f"`, "\x0b": `"\u000b"`,
		"\u2028": `"\u2028"`, "\u2029": `"\u2029"`, "<>&/\x7f": "\"<>&/\x7f\"", "é王😀": `"é王😀"`,
	} {
		if text, err := batch.Canonical(character); err != nil || string(text) != want {
			t.Errorf("%q became %s instead of %s, %v", character, text, want, err)
		}
	}
}

func TestMomentsHaveTheFormThatThePageSays(t *testing.T) {
	for moment, taken := range map[string]bool{
		"2026-08-03T04:00:00Z": true, "2026-08-03T04:00:00.05Z": true, "2026-08-03T04:00:00.123456789Z": true,
		"2026-08-03T04:00:00.050Z": false, "2026-08-03T04:00:00.000Z": false, "2026-08-03T04:00:00+00:00": false, "2026-08-03t04:00:00Z": false,
		"0000-08-03T04:00:00Z": false, "10000-08-03T04:00:00Z": false, "2026-08-03T04:00:00.1234567891Z": false, "2026-08-03 04:00:00Z": false,
	} {
		text := strings.Replace(golden, "2026-08-03T04:00:00Z", moment, 1)
		if _, err := batch.ParseManifest([]byte(text)); (err == nil) != taken {
			t.Errorf("%s: %v", moment, err)
		}
	}
}

func TestMessagesThatThePageRefusesAreRefused(t *testing.T) {
	for name, text := range map[string]string{
		"null for a list":                    strings.Replace(golden, golden[strings.Index(golden, `"files":[`):strings.Index(golden, `,"install"`)], `"files":null`, 1),
		"a missing key":                      strings.Replace(golden, `"program":"kaodian <1.0>",`, "", 1),
		"an exponent":                        strings.Replace(golden, `"sequence":2`, `"sequence":2e0`, 1),
		"a point":                            strings.Replace(golden, `"sequence":2`, `"sequence":2.0`, 1),
		"a plus":                             strings.Replace(golden, `"sequence":2`, `"sequence":+2`, 1),
		"a byte order mark":                  "\ufeff" + golden,
		"a line end":                         golden + "\n",
		"an escaped letter":                  strings.Replace(golden, "kaodian", `\u006baodian`, 1),
		"an escaped slash":                   strings.Replace(golden, "media/", `media\/`, 1),
		"a capital key":                      strings.Replace(golden, `"version"`, `"Version"`, 1),
		"an empty recipient of another type": strings.Replace(golden, `"age1province"`, `7`, 1),
	} {
		if text == golden {
			t.Fatalf("%s: the case changes nothing", name)
		}
		if _, err := batch.ParseManifest([]byte(text)); err == nil {
			t.Errorf("%s: it was taken", name)
		}
	}
}
