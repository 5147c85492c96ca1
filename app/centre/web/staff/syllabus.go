package staff

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/intake"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/access"
	"kaodian/app/centre/web/shared"
	"kaodian/app/exam"
	"kaodian/app/webkit"
)

// maxSyllabus is the largest file of a syllabus that is received.
const maxSyllabus = 2 << 30

// syllabusRoutes show the syllabus with its question bank 题库, and take in
// another: a preview first, which changes nothing.
func (s *Server) syllabusRoutes() []access.Route {
	return []access.Route{
		webkit.Call(http.MethodGet, "/api/v1/staff/syllabus", access.Desk, "The syllabus, its question bank, and what was taken in lately", s.getSyllabus),
		webkit.Native(http.MethodGet, "/api/v1/staff/syllabus/questions/{id}/score", access.Deciders, "The score of a question as candidates see it; noted", s.getBankScore),
		webkit.Streams(webkit.Native(http.MethodPost, "/api/v1/staff/syllabus/previews", access.Administrators, "Send a ZIP of a syllabus, or one of its files; the preview of what it would do", s.previewSyllabus)),
		webkit.Call(http.MethodGet, "/api/v1/staff/syllabus/previews/{id}", access.Administrators, "A preview, some rows at a time", s.getSyllabusPreview),
		webkit.Native(http.MethodGet, "/api/v1/staff/syllabus/previews/{id}/scores/{row}", access.Administrators, "A score of a preview as candidates will see it; noted", s.getPreviewScore),
		webkit.Call(http.MethodPost, "/api/v1/staff/syllabus/previews/{id}/take", access.Administrators, "Take in what the preview said, as a whole", s.takeSyllabusPreview),
		webkit.Call(http.MethodDelete, "/api/v1/staff/syllabus/previews/{id}", access.Administrators, "Let a preview go", s.forgetSyllabusPreview),
		webkit.Call(http.MethodPost, "/api/v1/staff/syllabus/imports/{id}/undo", access.Administrators, "Bring back the syllabus before, until an attempt begins under this one", s.undoSyllabus),
	}
}

type syllabusBody struct {
	Items     []syllabusItemBody   `json:"items" doc:"In the order in which they are recorded"`
	Questions []bankQuestionBody   `json:"questions"`
	Imports   []syllabusImportBody `json:"imports" doc:"The latest first"`
}

type syllabusItemBody struct {
	Subject   string        `json:"subject"`
	GradeFrom int           `json:"grade_from"`
	GradeTo   int           `json:"grade_to"`
	Item      string        `json:"item"`
	Kind      exam.ItemKind `json:"kind"`
	Drawn     bool          `json:"drawn"`
	Group     string        `json:"group,omitempty" doc:"Of the items of one group, one is drawn (R9)"`
}

type bankQuestionBody struct {
	ID        string `json:"id"`
	Subject   string `json:"subject"`
	GradeFrom int    `json:"grade_from"`
	GradeTo   int    `json:"grade_to"`
	Item      string `json:"item"`
	Title     string `json:"title"`
	Type      string `json:"type,omitempty" doc:"Of its score; empty where the title says all"`
}

type syllabusImportBody struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	At        time.Time `json:"at"`
	By        string    `json:"by,omitempty" doc:"The account; nobody's name for a command"`
	Items     int       `json:"items"`
	Questions int       `json:"questions"`
	UndoneAt  time.Time `json:"undone_at,omitzero"`
	UndoneBy  string    `json:"undone_by,omitempty"`
	Keeps     bool      `json:"keeps" doc:"What an undo needs is still kept"`
}

type syllabusOutput struct{ Body syllabusBody }

func (s *Server) getSyllabus(ctx context.Context, _ *struct{}) (*syllabusOutput, error) {
	const latest = 10
	out := &syllabusOutput{Body: syllabusBody{Items: []syllabusItemBody{}, Questions: []bankQuestionBody{}, Imports: []syllabusImportBody{}}}
	now, err := s.Store.FindSyllabus(ctx)
	if err != nil {
		return nil, err
	}
	for _, item := range now.Items {
		out.Body.Items = append(out.Body.Items, syllabusItemBody{
			Subject: item.Subject, GradeFrom: item.GradeFrom, GradeTo: item.GradeTo, Item: item.Name, Kind: item.Kind, Drawn: item.Drawn, Group: item.Group,
		})
	}
	for _, q := range now.Bank {
		id, err := q.ID()
		if err != nil {
			return nil, err
		}
		out.Body.Questions = append(out.Body.Questions, bankQuestionBody{
			ID: id, Subject: q.Subject, GradeFrom: q.GradeFrom, GradeTo: q.GradeTo, Item: q.Item, Title: q.Title, Type: q.Type,
		})
	}
	imports, err := s.Store.ListSyllabusImports(ctx, latest)
	for _, one := range imports {
		out.Body.Imports = append(out.Body.Imports, syllabusImportBody(one))
	}
	return out, err
}

// getBankScore shows a question before anybody drew it; who looked is noted.
func (s *Server) getBankScore(c *fiber.Ctx) error {
	question, err := s.Store.FindQuestion(c.UserContext(), c.Params("id"))
	if err != nil {
		return err
	}
	if question.File == "" {
		return refusal.New(refusal.NotFound)
	}
	if err := s.viewedQuestion(c, question); err != nil {
		return err
	}
	return sendScore(c, s.File(store.QuestionFile(question.File)), question.Type)
}

func (s *Server) viewedQuestion(c *fiber.Ctx, q store.BankQuestion) error {
	ctx := c.UserContext()
	return s.Store.Audit(ctx, store.Entry{Action: store.ActionQuestionViewed, By: access.Of(ctx).Staff(), Args: map[string]any{
		"subject": q.Subject, "item": q.Item, "title": q.Title,
	}})
}

// sendScore answers with a score that no browser keeps.
func sendScore(c *fiber.Ctx, path, mediaType string) error {
	if err := webkit.SendFile(c, path, mediaType); err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	return nil
}

// syllabusPreviewBody is what taking a syllabus in would do.
type syllabusPreviewBody struct {
	ID          string               `json:"id"`
	Name        string               `json:"name" doc:"Of the file"`
	Waiting     bool                 `json:"waiting,omitempty" doc:"More files were promised: nothing was read yet"`
	Fingerprint string               `json:"fingerprint" doc:"Say it when the preview is taken in"`
	Counts      map[string]int       `json:"counts" doc:"Rows by verdict: added, changed, same, gone, refused; and those with a warning: warned"`
	Bad         bool                 `json:"bad" doc:"Something cannot be taken in, and so nothing of it"`
	Problems    []problemBody        `json:"problems" doc:"Of the files as a whole"`
	Rows        []syllabusPreviewRow `json:"rows"`
	Next        int                  `json:"next,omitempty" doc:"From where the next rows come"`
}

type syllabusPreviewRow struct {
	File      string         `json:"file"`
	Row       int            `json:"row,omitempty" doc:"As the spreadsheet counts it; 0 of one that goes"`
	Subject   string         `json:"subject"`
	GradeFrom int            `json:"grade_from"`
	GradeTo   int            `json:"grade_to"`
	Item      string         `json:"item"`
	Kind      exam.ItemKind  `json:"kind,omitempty"`
	Drawn     bool           `json:"drawn,omitempty"`
	Title     string         `json:"title,omitempty" doc:"Of a question"`
	Score     string         `json:"score,omitempty" doc:"The name of its file"`
	Type      string         `json:"type,omitempty" doc:"Of the score"`
	Verdict   store.Verdict  `json:"verdict"`
	Changes   []store.Change `json:"changes"`
	Problems  []problemBody  `json:"problems"`
}

func syllabusPreviewOf(p *intake.SyllabusPreview, verdict string, from int) syllabusPreviewBody {
	body := syllabusPreviewBody{
		ID: p.ID, Name: p.Name, Waiting: p.Waiting, Fingerprint: p.Fingerprint, Counts: map[string]int{"warned": p.Warned}, Bad: p.Bad(),
		Problems: problemsOf(p.Problems), Rows: []syllabusPreviewRow{},
	}
	for _, verdict := range []store.Verdict{store.RowAdded, store.RowChanged, store.RowSame, store.RowGone, store.RowRefused} {
		body.Counts[string(verdict)] = p.Counts[verdict]
	}
	for place := from; place < len(p.Rows); place++ {
		row := p.Rows[place]
		if verdict != "" && verdict != string(row.Verdict) && (verdict != "warned" || len(row.Problems) == 0 || row.Verdict == store.RowRefused) {
			continue
		}
		if len(body.Rows) == shownRows {
			body.Next = place
			break
		}
		body.Rows = append(body.Rows, syllabusPreviewRow{
			File: row.File, Row: row.Row, Subject: row.Subject, GradeFrom: row.GradeFrom, GradeTo: row.GradeTo, Item: row.Item,
			Kind: row.Kind, Drawn: row.Drawn, Title: row.Title, Score: row.Score, Type: row.Type, Verdict: row.Verdict,
			Changes: slices.Concat([]store.Change{}, row.Changes), Problems: problemsOf(row.Problems),
		})
	}
	return body
}

func (s *Server) previewSyllabus(c *fiber.Ctx) error {
	return s.received(c, maxSyllabus, func(path, _ string, room intake.Room) (any, error) {
		p, err := s.Intake.AddSyllabus(c.UserContext(), path, wholeFileName(c), c.Query("into"), c.QueryBool("more"), room)
		if err != nil {
			return nil, err
		}
		return syllabusPreviewOf(p, "", 0), nil
	})
}

type syllabusPreviewInput struct {
	shared.IDInput
	From    int    `query:"from" minimum:"0"`
	Verdict string `query:"verdict" pattern:"^(added|changed|same|gone|refused|warned)?$"`
}

type syllabusPreviewOutput struct{ Body syllabusPreviewBody }

func (s *Server) getSyllabusPreview(_ context.Context, in *syllabusPreviewInput) (*syllabusPreviewOutput, error) {
	p, err := s.Intake.FindSyllabus(in.ID)
	if err != nil {
		return nil, err
	}
	return &syllabusPreviewOutput{Body: syllabusPreviewOf(p, in.Verdict, in.From)}, nil
}

func (s *Server) getPreviewScore(c *fiber.Ctx) error {
	p, err := s.Intake.FindSyllabus(c.Params("id"))
	if err != nil {
		return err
	}
	row, err := c.ParamsInt("row")
	if err != nil {
		return refusal.New(refusal.NotFound)
	}
	path, question, err := p.Score(row)
	if err != nil {
		return err
	}
	if err := s.viewedQuestion(c, question); err != nil {
		return err
	}
	return sendScore(c, path, question.Type)
}

type takeSyllabusInput struct {
	shared.IDInput
	Body struct {
		Fingerprint string `json:"fingerprint" minLength:"1" maxLength:"64" doc:"Of the preview that was read"`
	}
}

func (s *Server) takeSyllabusPreview(ctx context.Context, in *takeSyllabusInput) (*struct{}, error) {
	return nil, s.Intake.TakeSyllabusPreview(ctx, in.ID, in.Body.Fingerprint, access.Of(ctx).Staff())
}

func (s *Server) forgetSyllabusPreview(_ context.Context, in *shared.IDInput) (*struct{}, error) {
	return nil, s.Intake.ForgetSyllabus(in.ID)
}

func (s *Server) undoSyllabus(ctx context.Context, in *shared.IDInput) (*struct{}, error) {
	return nil, s.Intake.UndoSyllabus(ctx, in.ID, access.Of(ctx).Staff())
}
