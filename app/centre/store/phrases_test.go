package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/base/text"
	"kaodian/app/centre/store"
)

func TestPhrasesAreOnesOwnAndKeepTheirPlace(t *testing.T) {
	c := newCentre(t)
	add := func(name, phrase string) {
		t.Helper()
		c.clock.Advance(time.Second)
		c.must(c.AddPhrase(t.Context(), name, phrase))
	}
	has := func(name string, want ...string) {
		t.Helper()
		got, err := c.ListPhrases(t.Context(), name)
		c.must(err)
		if !slices.Equal(got, want) {
			t.Errorf("%s has %q, want %q", name, got, want)
		}
	}
	add("甲", "踏板略多")
	add("甲", "  音色\n好 ")
	add("乙", "节奏很稳")
	add("甲", "踏板略多") // told again
	has("甲", "踏板略多", "音色 好")
	has("乙", "节奏很稳")
	c.must(c.RemovePhrase(t.Context(), "乙", "踏板略多")) // not its own
	c.must(c.RemovePhrase(t.Context(), "甲", "音色 好"))
	c.must(c.RemovePhrase(t.Context(), "甲", "音色 好"))
	c.restart()
	has("甲", "踏板略多")
	has("乙", "节奏很稳")
}

func TestPhrasesThatAreNoneAreRefused(t *testing.T) {
	c := newCentre(t)
	for phrase, want := range map[string]refusal.Code{
		" \n ":                   store.PhraseEmpty,
		"\u3164":                 store.PhraseEmpty,
		strings.Repeat("好", 201): store.PhraseTooLong,
		"稳\u202e":                text.Invalid,
		strings.Repeat("好", 200): "",
	} {
		if code := refusal.CodeOf(c.AddPhrase(t.Context(), "甲", phrase)); code != want {
			t.Errorf("%.12q: %q, want %q", phrase, code, want)
		}
	}
	for i := range store.MaxPhrases - 1 {
		c.must(c.AddPhrase(t.Context(), "甲", fmt.Sprintf("第 %d 句", i)))
	}
	if code := refusal.CodeOf(c.AddPhrase(t.Context(), "甲", "多一句")); code != store.PhrasesFull {
		t.Errorf("one more than the list takes: %q", code)
	}
	c.must(c.AddPhrase(t.Context(), "甲", "第 1 句")) // it is there
	c.must(c.AddPhrase(t.Context(), "乙", "多一句"))
}
