package staff

import (
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"kaodian/app/base/refusal"
	"kaodian/app/base/text"
	"kaodian/app/centre/intake"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/access"
	"kaodian/app/centre/web/shared"
	"kaodian/app/centre/web/transport"
	"kaodian/app/roster"
	"kaodian/app/webkit"
)

// The largest files that are received.
const (
	maxList   = 64 << 20
	maxPhotos = 2 << 30
)

// intakeRoutes take in lists and photos: a preview first, which changes nothing.
func (s *Server) intakeRoutes() []access.Route {
	return []access.Route{
		webkit.Streams(webkit.Native(http.MethodPost, "/api/v1/staff/intake/orders", access.Deciders, "Send an order list; the preview of what it would do", s.previewOrders)),
		webkit.Streams(webkit.Native(http.MethodPost, "/api/v1/staff/intake/photos", access.Deciders, "Send a ZIP of photos or one photo; the preview, with a verdict for each (R2)", s.previewPhotos)),
		webkit.Call(http.MethodGet, "/api/v1/staff/intake/{id}", access.Deciders, "A preview, some rows at a time", s.getPreview),
		webkit.Native(http.MethodGet, "/api/v1/staff/intake/{id}/photos/{row}", access.Deciders, "A photo of a preview; noted", s.getPreviewPhoto),
		webkit.Call(http.MethodPost, "/api/v1/staff/intake/{id}/take", access.Deciders, "Take in what the preview said", s.takePreview),
		webkit.Call(http.MethodDelete, "/api/v1/staff/intake/{id}", access.Deciders, "Let a preview go", s.forgetPreview),
		webkit.Call(http.MethodGet, "/api/v1/staff/imports", access.Desk, "What was taken in, the latest first", s.listImports),
		webkit.Call(http.MethodPost, "/api/v1/staff/imports/{id}/undo", access.Deciders, "Undo an import, until an attempt of one of its orders begins", s.undoImport),
	}
}

// previewBody is what an import would do.
type previewBody struct {
	ID          string           `json:"id"`
	Name        string           `json:"name" doc:"Of the file"`
	Kind        store.ImportKind `json:"kind"`
	Fingerprint string           `json:"fingerprint" doc:"Say it when the preview is taken in"`
	Counts      map[string]int   `json:"counts" doc:"Rows by verdict: added, changed, same, refused; and those with a warning: warned"`
	Bad         bool             `json:"bad" doc:"Some of it cannot be taken in: only the good rows can"`
	Problems    []problemBody    `json:"problems" doc:"Of the file as a whole"`
	Rows        []previewRow     `json:"rows"`
	Next        int              `json:"next,omitempty" doc:"From where the next rows come"`
}

type previewRow struct {
	Row      int            `json:"row" doc:"As the spreadsheet counts it"`
	File     string         `json:"file,omitempty" doc:"The photo's"`
	Ticket   string         `json:"ticket"`
	Name     string         `json:"name"`
	Verdict  store.Verdict  `json:"verdict"`
	Changes  []store.Change `json:"changes"`
	Problems []problemBody  `json:"problems"`
}

type problemBody struct {
	File    string         `json:"file,omitempty" doc:"Where several were read"`
	Row     int            `json:"row"`
	Column  string         `json:"column"`
	Code    string         `json:"code"`
	Args    map[string]any `json:"args"`
	Warning bool           `json:"warning" doc:"The row is good all the same"`
}

func problemsOf(list []roster.Problem) []problemBody {
	all := []problemBody{}
	for _, p := range list {
		args := maps.Clone(p.Args)
		if args == nil {
			args = map[string]any{}
		}
		all = append(all, problemBody{File: p.File, Row: p.Row, Column: p.Column, Code: string(p.Code), Args: args, Warning: p.Warning})
	}
	return all
}

// previewOf is the preview with the rows from that place on that the verdict chooses.
func previewOf(p *intake.Preview, verdict string, from, limit int) previewBody {
	body := previewBody{
		ID: p.ID, Name: p.Name, Kind: p.Kind, Fingerprint: p.Fingerprint, Counts: map[string]int{"warned": p.Warned, "returning": p.Returning}, Bad: p.Bad(),
		Problems: problemsOf(p.Problems), Rows: []previewRow{},
	}
	for _, verdict := range []store.Verdict{store.RowAdded, store.RowChanged, store.RowSame, store.RowRefused} {
		body.Counts[string(verdict)] = p.Counts[verdict]
	}
	for place := from; place < len(p.Rows); place++ {
		row := p.Rows[place]
		if verdict != "" && verdict != string(row.Verdict) && (verdict != "warned" || len(row.Problems) == 0 || row.Verdict == store.RowRefused) {
			continue
		}
		if len(body.Rows) == limit {
			body.Next = place
			break
		}
		body.Rows = append(body.Rows, previewRow{
			Row: row.Row, File: row.File, Ticket: row.Ticket, Name: row.Name, Verdict: row.Verdict,
			Changes: slices.Concat([]store.Change{}, row.Changes), Problems: problemsOf(row.Problems),
		})
	}
	return body
}

// roomLeft is how many bytes of the disk nobody was promised (R27).
func (s *Server) roomLeft(ctx context.Context) (int64, error) {
	space, err := s.Space()
	if err != nil {
		return 0, err
	}
	promised, err := s.Store.Reserved(ctx)
	return space.Left(promised), err
}

// checkRoom refuses a body for which the disk has no room, and says how much
// there is.
func (s *Server) checkRoom(c *fiber.Ctx) (left int64, err error) {
	left, err = s.roomLeft(c.UserContext())
	if size := int64(c.Request().Header.ContentLength()); err == nil && size > left {
		err = refusal.New(intake.NoRoom, "needed_bytes", size, "left_bytes", max(0, left))
	}
	return left, err
}

// yielding writes as long as the disk has room that nobody was promised: while a
// large file comes another may come too, and attempts may start (R27).
type yielding struct {
	to    io.Writer
	left  func() (int64, error)
	since int64 // bytes since it asked
}

// askedEvery is how many bytes of a file are received before the disk is asked again.
const askedEvery = 8 << 20

func (y *yielding) Write(p []byte) (int, error) {
	if y.since += int64(len(p)); y.since > askedEvery {
		y.since = 0
		switch left, err := y.left(); {
		case err != nil:
			return 0, err
		case left < int64(len(p)):
			return 0, refusal.New(refusal.DiskFull)
		}
	}
	return y.to.Write(p)
}

// received puts the request's body into a file and hands it on, with what
// tells the room that is left beside it.
func (s *Server) received(c *fiber.Ctx, limit int64, preview func(path, name string, room intake.Room) (any, error)) error {
	left, err := s.checkRoom(c)
	if err != nil {
		return err
	}
	file, done, err := s.Intake.Scratch()
	if err != nil {
		return err
	}
	defer done()
	room := func() (int64, error) { return s.roomLeft(c.UserContext()) }
	to := &yielding{to: file, left: room}
	switch n, err := transport.CopyBody(c, to, min(limit, max(left, 0))); {
	case errors.Is(err, transport.ErrBodyTooLong) && n <= limit && left < limit: // it did not say how long it is
		return refusal.New(refusal.DiskFull)
	case errors.Is(err, transport.ErrBodyTooLong):
		return refusal.New(intake.TooLarge, "max_bytes", limit)
	case err != nil:
		return err
	}
	shown, err := preview(file.Name(), wholeFileName(c), room)
	if err != nil {
		return err
	}
	return c.JSON(shown)
}

// shownOf is a preview as it is answered.
func shownOf(p *intake.Preview, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return previewOf(p, "", 0, shownRows), nil
}

// shownRows are as many as an answer holds.
const shownRows = 100

// wholeFileName is what the file is called by whoever sends it.
func wholeFileName(c *fiber.Ctx) string {
	name := strings.ToValidUTF8(c.Query("name"), "")
	return text.CleanLine(strings.Clone(name[strings.LastIndexAny(name, `/\`)+1:])) // Fiber's text is the request's buffer
}

func (s *Server) previewOrders(c *fiber.Ctx) error {
	return s.received(c, maxList, func(path, name string, _ intake.Room) (any, error) {
		return shownOf(s.Intake.PreviewOrders(c.UserContext(), path, roster.Shorten(name)))
	})
}

func (s *Server) previewPhotos(c *fiber.Ctx) error {
	return s.received(c, maxPhotos, func(path, name string, room intake.Room) (any, error) {
		return shownOf(s.Intake.AddPhotos(c.UserContext(), intake.NewPhotos{
			Path: path, Name: name, Into: strings.Clone(c.Query("into")), OrderID: strings.Clone(c.Query("order")), Room: room,
		}))
	})
}

type previewInput struct {
	shared.IDInput
	From    int    `query:"from" minimum:"0"`
	Verdict string `query:"verdict" pattern:"^(added|changed|same|refused|warned)?$"`
}

type previewOutput struct{ Body previewBody }

func (s *Server) getPreview(_ context.Context, in *previewInput) (*previewOutput, error) {
	p, err := s.Intake.Find(in.ID)
	if err != nil {
		return nil, err
	}
	return &previewOutput{Body: previewOf(p, in.Verdict, in.From, shownRows)}, nil
}

// getPreviewPhoto shows a face that is not in the store yet; a look is a look.
func (s *Server) getPreviewPhoto(c *fiber.Ctx) error {
	p, err := s.Intake.Find(c.Params("id"))
	if err != nil {
		return err
	}
	row, err := c.ParamsInt("row")
	if err != nil {
		return refusal.New(refusal.NotFound)
	}
	path, err := p.PhotoPath(row)
	if err != nil {
		return err
	}
	if err := s.viewed(c, store.ActionPhotoViewed, "", ""); err != nil {
		return err
	}
	return webkit.SendImage(c, path)
}

type takeInput struct {
	shared.IDInput
	Body struct {
		Fingerprint string `json:"fingerprint" minLength:"1" maxLength:"64" doc:"Of the preview that was read"`
		Partial     bool   `json:"partial,omitempty" doc:"The good rows although others are refused"`
		ErasedToo   bool   `json:"erased_too,omitempty" doc:"Also those who seem to have been erased: their rows were read"`
	}
}

type takenOutput struct {
	Body struct {
		ImportID  string `json:"import_id"`
		Added     int    `json:"added"`
		Changed   int    `json:"changed"`
		Unchanged int    `json:"unchanged"`
		Refused   int    `json:"refused" doc:"Rows that were left out: they could not be taken in"`
	}
}

func (s *Server) takePreview(ctx context.Context, in *takeInput) (*takenOutput, error) {
	p, err := s.Intake.Find(in.ID)
	if err == nil {
		err = mayTake(ctx, p.Parcel())
	}
	if err != nil && !refusal.Is(err, intake.PreviewGone) { // which Take answers once more, if it was taken in
		return nil, err
	}
	taken, err := s.Intake.Take(ctx, in.ID, intake.Agreed{Fingerprint: in.Body.Fingerprint, Partial: in.Body.Partial, ErasedToo: in.Body.ErasedToo}, access.Of(ctx).Staff())
	out := &takenOutput{}
	out.Body.ImportID, out.Body.Added, out.Body.Changed, out.Body.Unchanged, out.Body.Refused = taken.ID, taken.Added, taken.Changed, taken.Unchanged, taken.LeftOut
	return out, err
}

func (s *Server) forgetPreview(_ context.Context, in *shared.IDInput) (*struct{}, error) {
	return nil, s.Intake.Forget(in.ID)
}

type importsOutput struct{ Body []importBody }

type importBody struct {
	ID       string           `json:"id"`
	Kind     store.ImportKind `json:"kind"`
	Name     string           `json:"name"`
	At       time.Time        `json:"at"`
	By       string           `json:"by,omitempty" doc:"The account; nobody's name for a command"`
	Added    int              `json:"added"`
	Changed  int              `json:"changed"`
	UndoneAt time.Time        `json:"undone_at,omitzero"`
	UndoneBy string           `json:"undone_by,omitempty"`
	Keeps    bool             `json:"keeps" doc:"What an undo needs is still kept"`
}

func (s *Server) listImports(ctx context.Context, _ *struct{}) (*importsOutput, error) {
	const latest = 20
	list, err := s.Store.ListImports(ctx, latest)
	out := &importsOutput{Body: []importBody{}}
	for _, one := range list {
		out.Body = append(out.Body, importBody(one))
	}
	return out, err
}

func (s *Server) undoImport(ctx context.Context, in *shared.IDInput) (*struct{}, error) {
	return nil, s.Intake.Undo(ctx, in.ID, access.Of(ctx).Staff())
}
