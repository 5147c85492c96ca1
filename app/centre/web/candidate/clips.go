package candidate

import (
	"context"
	"errors"
	"io/fs"
	"math"
	"os"
	"time"

	"github.com/gofiber/fiber/v2"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/jobs"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/access"
	"kaodian/app/centre/web/shared"
	"kaodian/app/exam"
	"kaodian/app/webkit"
)

type clipBody struct {
	ID         string         `json:"id"`
	State      exam.ClipState `json:"state" enum:"receiving,received,examined,unexaminable"`
	Name       string         `json:"name" doc:"The file's name on the phone"`
	Size       int64          `json:"size" doc:"Bytes"`
	SHA256     string         `json:"sha256,omitempty"`
	Hints      []string       `json:"hints" doc:"What helps to record again (R19)"`
	Good       []string       `json:"good,omitempty" doc:"What was looked at and is good: sound, landscape, face (one was seen at the announcement)"`
	LengthMs   int64          `json:"length_ms,omitempty" doc:"Absent while unknown"`
	Thumbnail  bool           `json:"thumbnail,omitempty" doc:"The small picture at …/thumbnail is ready"`
	Previewed  bool           `json:"previewed"`
	Restored   bool           `json:"restored,omitempty" doc:"One that had replaced it could not be opened, so this one counts again (R12)"`
	Playable   bool           `json:"playable" doc:"Every phone can play the original"`
	Rendition  bool           `json:"rendition" doc:"as=rendition is ready"`
	Preview    bool           `json:"preview,omitempty" doc:"as=preview is ready: the first and the last 20 seconds"`
	FreedAt    time.Time      `json:"freed_at,omitzero" doc:"It was deleted here after the province had received it"`
	Converting bool           `json:"converting,omitempty" doc:"What every phone plays is being made"`
	// What somebody waits for, as the server has measured itself.
	ReadySeconds   int       `json:"ready_in_seconds,omitempty" doc:"About how long until there is something that every phone plays, while converting"`
	CheckedSeconds int       `json:"checked_in_seconds,omitempty" doc:"About how long until it was looked at, while received"`
	ReceivedAt     time.Time `json:"received_at"`
}

func clipBodyOf(r store.ClipRecord) clipBody {
	return clipBody{
		ID:         r.ID,
		State:      r.State,
		Name:       r.Name,
		Size:       r.Size,
		SHA256:     r.SHA256,
		Hints:      r.Hints,
		Good:       r.Good,
		LengthMs:   r.Duration.Milliseconds(),
		Thumbnail:  r.Thumbnail,
		Restored:   r.Restored,
		Playable:   r.Playable,
		Rendition:  r.Rendition,
		Preview:    r.Preview,
		Converting: r.Converting,
		FreedAt:    r.FreedAt,
		ReceivedAt: r.ReceivedAt,
	}
}

type clipOutput struct{ Body clipBody }

// getClip tells of a clip, or of the upload that will become it.
func (s *Server) getClip(ctx context.Context, in *shared.IDInput) (*clipOutput, error) {
	order, err := s.ownOrder(ctx, s.Store.FindClipOrder, in.ID)
	if refusal.Is(err, refusal.NotFound) {
		return s.receivingClip(ctx, in.ID)
	}
	if err != nil {
		return nil, err
	}
	record, err := s.Store.FindClip(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	body := clipBodyOf(record)
	if _, item := order.FindClip(in.ID); item != nil {
		body.Previewed = item.Clip.Previewed
	}
	if err := s.tellWait(ctx, &body); err != nil {
		return nil, err
	}
	return &clipOutput{Body: body}, nil
}

// tellWait adds about how long a candidate waits for what is being made.
func (s *Server) tellWait(ctx context.Context, body *clipBody) error {
	if s.ReadyIn == nil || !body.Converting && body.State != exam.ClipReceived || access.Of(ctx).Session.Kind != store.CandidateSession {
		return nil
	}
	ask := func(kinds ...jobs.Kind) (seconds int, err error) {
		left, known, err := s.ReadyIn(ctx, body.ID, kinds...)
		if !known {
			return 0, err
		}
		return max(1, int(math.Ceil(left.Seconds()))), err
	}
	var err error
	if body.State == exam.ClipReceived {
		if body.CheckedSeconds, err = ask(jobs.Inspect); err != nil {
			return err
		}
	}
	if !body.Converting || body.Preview {
		return nil
	}
	if body.ReadySeconds, err = ask(jobs.Preview); err != nil || body.ReadySeconds > 0 {
		return err
	}
	body.ReadySeconds, err = ask(jobs.Inspect, jobs.Rendition)
	return err
}

// wantClip makes what plays of the candidate's own clip before all else.
func (s *Server) wantClip(ctx context.Context, in *shared.IDInput) (*struct{}, error) {
	if _, err := s.ownOrder(ctx, s.Store.FindClipOrder, in.ID); err != nil {
		return nil, err
	}
	return nil, s.Store.WantClip(ctx, in.ID)
}

func (s *Server) receivingClip(ctx context.Context, id string) (*clipOutput, error) {
	u, err := s.Store.FindUpload(ctx, id)
	if err != nil || u.Owner != access.Of(ctx).Session.Subject {
		return nil, refusal.New(refusal.NotFound)
	}
	size := u.Size
	if u.Live {
		size = u.Offset
	}
	return &clipOutput{Body: clipBody{ID: id, State: exam.ClipReceiving, Name: u.Filename, Size: size, Hints: []string{}, ReceivedAt: u.CreatedAt}}, nil
}

func (s *Server) deleteClip(ctx context.Context, in *UntilInput) (*struct{}, error) {
	_, err := s.actOnClip(ctx, in.ID, in.at(exam.DeleteClip{ClipID: in.ID, Device: access.Of(ctx).Session.Device}))
	return nil, err
}

type moveInput struct {
	UntilInput
	Body struct {
		Item string `json:"item" maxLength:"16" doc:"The id of the item it belongs to"`
	}
}

func (s *Server) moveClip(ctx context.Context, in *moveInput) (*struct{}, error) {
	_, err := s.actOnClip(ctx, in.ID, in.at(exam.MoveClip{ClipID: in.ID, ItemID: in.Body.Item, Device: access.Of(ctx).Session.Device}))
	return nil, err
}

func (s *Server) previewed(ctx context.Context, in *shared.IDInput) (*struct{}, error) {
	_, err := s.actOnClip(ctx, in.ID, exam.Previewed{ClipID: in.ID})
	return nil, err
}

// getVideo serves the candidate's own clip, as sent or as every phone plays it.
func (s *Server) getVideo(c *fiber.Ctx) error {
	if _, err := s.ownOrder(c.UserContext(), s.Store.FindClipOrder, c.Params("id")); err != nil {
		return err
	}
	return s.SendVideo(c)
}

// getThumbnail serves the small picture of the candidate's own clip. A clip is
// never changed, only replaced by another, so phones may keep it; a day, as
// nothing of a candidate stays longer on a borrowed phone.
func (s *Server) getThumbnail(c *fiber.Ctx) error {
	if _, err := s.ownOrder(c.UserContext(), s.Store.FindClipOrder, c.Params("id")); err != nil {
		return err
	}
	record, err := s.Store.FindClip(c.UserContext(), c.Params("id"))
	if err != nil {
		return err
	}
	if !record.Thumbnail {
		return refusal.New(refusal.NotFound)
	}
	picture, err := os.ReadFile(s.File(store.ThumbnailFile(record.ID)))
	if errors.Is(err, fs.ErrNotExist) {
		return refusal.New(refusal.NotFound) // it went a moment ago
	}
	if err != nil {
		return err
	}
	return webkit.SendForADay(c, picture, "image/jpeg")
}
