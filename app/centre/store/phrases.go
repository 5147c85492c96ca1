package store

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"kaodian/app/base/refusal"
	"kaodian/app/base/text"
	"kaodian/app/centre/store/internal/query"
)

// What a list of phrases holds: as many as somebody still looks through, each
// short enough for one line of it.
const (
	MaxPhrases = 40
	MaxPhrase  = 200 // characters
)

// The refusals of phrases.
const (
	PhraseEmpty   refusal.Code = "phrase_empty"
	PhraseTooLong refusal.Code = "phrase_too_long"
	PhrasesFull   refusal.Code = "phrases_full"
)

// ListPhrases returns an account's own phrases for remarks, the oldest first: so
// each keeps its place.
func (s *Store) ListPhrases(ctx context.Context, name string) (phrases []string, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		phrases, err = q.ListPhrases(ctx, name)
		return err
	})
	return phrases, err
}

// AddPhrase adds a phrase to an account's own; one that is there stays as it is.
func (s *Store) AddPhrase(ctx context.Context, name, phrase string) error {
	phrase, err := phraseOf(phrase)
	if err != nil {
		return err
	}
	return s.write(ctx, func(c *change) error {
		known, err := c.ListPhrases(ctx, name)
		switch {
		case err != nil:
			return err
		case slices.Contains(known, phrase):
			return nil
		case len(known) >= MaxPhrases:
			return refusal.New(PhrasesFull, "max", MaxPhrases)
		}
		return c.InsertPhrase(ctx, query.InsertPhraseParams{ByName: name, Phrase: phrase, At: c.now.UnixMilli()})
	})
}

// phraseOf is a phrase as the list keeps it: one line, without odd spaces.
func phraseOf(typed string) (string, error) {
	if err := text.Check(typed); err != nil {
		return "", err
	}
	phrase := strings.Join(strings.Fields(typed), " ")
	switch {
	case text.Blank(phrase):
		return "", refusal.New(PhraseEmpty)
	case utf8.RuneCountInString(phrase) > MaxPhrase:
		return "", refusal.New(PhraseTooLong, "max", MaxPhrase)
	}
	return phrase, nil
}

// RemovePhrase takes a phrase out of an account's own; one that is gone is no error.
func (s *Store) RemovePhrase(ctx context.Context, name, phrase string) error {
	return s.write(ctx, func(c *change) error {
		return c.DeletePhrase(ctx, query.DeletePhraseParams{ByName: name, Phrase: phrase})
	})
}
