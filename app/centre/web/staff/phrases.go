package staff

import (
	"context"
	"net/http"

	"kaodian/app/centre/store"
	"kaodian/app/centre/web/access"
	"kaodian/app/webkit"
)

// phraseRoutes are those of an examiner's own phrases. Each answers with the
// list as it is then: a second window may have changed it.
func (s *Server) phraseRoutes() []access.Route {
	return []access.Route{
		webkit.Call(http.MethodGet, "/api/v1/staff/me/phrases", access.Examiners, "One's own phrases for remarks, the oldest first", s.listPhrases),
		webkit.Call(http.MethodPost, "/api/v1/staff/me/phrases", access.Examiners, "Add a phrase to one's own; one that is there stays", s.addPhrase),
		webkit.Call(http.MethodPost, "/api/v1/staff/me/phrases/remove", access.Examiners, "Take a phrase out of one's own; one that is gone is no error", s.removePhrase),
	}
}

type phrasesBody struct {
	Phrases   []string `json:"phrases"`
	Max       int      `json:"max" doc:"As many as the list takes"`
	MaxLength int      `json:"max_length" doc:"Characters of one"`
}

type phrasesOutput struct{ Body phrasesBody }

type phraseInput struct {
	Body struct {
		Phrase string `json:"phrase" maxLength:"2000" doc:"Longer than max_length it is refused by its own code"`
	}
}

func (s *Server) listPhrases(ctx context.Context, _ *struct{}) (*phrasesOutput, error) {
	phrases, err := s.Store.ListPhrases(ctx, access.Of(ctx).Session.Subject)
	body := phrasesBody{Phrases: []string{}, Max: store.MaxPhrases, MaxLength: store.MaxPhrase}
	body.Phrases = append(body.Phrases, phrases...)
	return &phrasesOutput{Body: body}, err
}

func (s *Server) addPhrase(ctx context.Context, in *phraseInput) (*phrasesOutput, error) {
	if err := s.Store.AddPhrase(ctx, access.Of(ctx).Session.Subject, in.Body.Phrase); err != nil {
		return nil, err
	}
	return s.listPhrases(ctx, nil)
}

func (s *Server) removePhrase(ctx context.Context, in *phraseInput) (*phrasesOutput, error) {
	if err := s.Store.RemovePhrase(ctx, access.Of(ctx).Session.Subject, in.Body.Phrase); err != nil {
		return nil, err
	}
	return s.listPhrases(ctx, nil)
}
