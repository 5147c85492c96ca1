package web

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/exam"
	"kaodian/app/webkit"
)

type staffLoginInput struct {
	Body struct {
		Name     string `json:"name" minLength:"1" maxLength:"64"`
		Password string `json:"password" minLength:"1" maxLength:"256"`
	}
}

type staffMeBody struct {
	Name string `json:"name"`
	Role string `json:"role" enum:"administrator,invigilator,examiner,technician"`
}

func (s *Server) staffLogin(ctx context.Context, in *staffLoginInput) (*staffMeOutput, error) {
	var user store.User
	account := store.StaffAccount(in.Body.Name)
	err := s.guess(ctx, s.desk, account, func() error {
		var err error
		user, err = s.Store.FindUser(ctx, in.Body.Name)
		if err != nil && !isNotFound(err) {
			return err
		}
		return webkit.CheckLogin(in.Body.Password, user.Password, user.LockedAt)
	})
	if err != nil {
		return nil, err
	}
	if err := s.openSession(ctx, s.newSession(ctx, store.StaffSession, user.Name, ""), staffCookie, account); err != nil {
		return nil, err
	}
	err = s.Store.RecordStaffLogin(ctx, user.Name)
	return &staffMeOutput{Body: staffMeBody{Name: user.Name, Role: user.Role}}, err
}

type staffMeOutput struct{ Body staffMeBody }

func (s *Server) staffMe(ctx context.Context, _ *nothing) (*staffMeOutput, error) {
	user, err := s.Store.FindUser(ctx, callerOf(ctx).session.Subject)
	return &staffMeOutput{Body: staffMeBody{Name: user.Name, Role: user.Role}}, err
}

type candidateBody struct {
	Name   string `json:"name"`
	Ticket string `json:"ticket"`
}

type boardBody struct {
	ID         string            `json:"id"`
	OrderID    string            `json:"order_id"`
	Number     int               `json:"number"`
	State      exam.AttemptState `json:"state"`
	StartedAt  time.Time         `json:"started_at"`
	Deadline   time.Time         `json:"deadline"`
	EndedAt    *time.Time        `json:"ended_at,omitempty"`
	ServerTime time.Time         `json:"server_time"`
	Code       string            `json:"code,omitempty"`
	Candidate  candidateBody     `json:"candidate"`
	Subject    string            `json:"subject"`
	Grade      int               `json:"grade"`
	FaceCheck  string            `json:"face_consent" enum:"none,given,declined" doc:"declined: identify the candidate at the desk (R25)"`
	Photo      bool              `json:"photo" doc:"false: 照片待补, identify at the desk (R2)"`
	Device     string            `json:"device_number" doc:"Of the device that holds the attempt (R10)"`
	Items      []boardItemBody   `json:"items"`
}

type boardItemBody struct {
	ID        string         `json:"id"`
	Name      string         `json:"name"`
	ClipID    string         `json:"clip_id,omitempty"`
	ClipState string         `json:"clip_state,omitempty"`
	Receiving *receivingBody `json:"receiving,omitempty"`
}

type boardOutput struct{ Body []boardBody }

func (s *Server) listBoard(ctx context.Context, _ *nothing) (*boardOutput, error) {
	board, err := s.Store.ListBoard(ctx)
	if err != nil {
		return nil, err
	}
	out := &boardOutput{Body: []boardBody{}}
	now := s.Store.Now()
	for _, entry := range board {
		out.Body = append(out.Body, s.boardOf(entry, now))
	}
	return out, nil
}

func (s *Server) boardOf(a store.OnBoard, now time.Time) boardBody {
	body := boardBody{
		ID:         a.ID,
		OrderID:    a.OrderID,
		Number:     a.Number,
		State:      a.StateAt(now),
		StartedAt:  a.StartedAt,
		Deadline:   a.Deadline,
		EndedAt:    endOf(a.Attempt, a.StateAt(now)),
		ServerTime: now,
		Candidate:  candidateBody{Name: a.Name, Ticket: a.Ticket},
		Subject:    a.Subject,
		Grade:      a.Grade,
		FaceCheck:  consentName(a.Consent),
		Photo:      a.Photo,
		Device:     store.DeviceNumber(a.Device),
		Items:      []boardItemBody{},
	}
	if !a.AcknowledgedAt.IsZero() {
		body.Code = a.Code
	}
	for _, item := range a.Items {
		entry := boardItemBody{ID: item.ID, Name: item.Name, ClipID: item.ClipID, ClipState: item.ClipState}
		if item.Upload != nil {
			entry.Receiving = receivingBodyOf(*item.Upload)
			entry.Receiving.Arrived = s.Engine.Arrived(item.Upload.ID)
		}
		body.Items = append(body.Items, entry)
	}
	return body
}

type clipsInput struct {
	Before string `query:"before" maxLength:"64" doc:"The last clip of the page before"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

type clipsOutput struct {
	Body struct {
		Clips []staffClipBody `json:"clips"`
		Next  string          `json:"next,omitempty"`
	}
}

type staffClipBody struct {
	ID         string         `json:"id"`
	AttemptID  string         `json:"attempt_id"`
	OrderID    string         `json:"order_id"`
	Item       string         `json:"item"`
	Piece      string         `json:"piece,omitempty"`
	Candidate  candidateBody  `json:"candidate"`
	Photo      bool           `json:"photo"`
	Subject    string         `json:"subject"`
	Grade      int            `json:"grade"`
	Code       string         `json:"code"`
	State      string         `json:"state" enum:"received,examined,unexaminable"`
	Size       int64          `json:"size"`
	Type       string         `json:"type,omitempty"`
	ReceivedAt time.Time      `json:"received_at"`
	Worst      exam.Verdict   `json:"worst,omitempty"`
	Rendition  bool           `json:"rendition"`
	Playable   bool           `json:"playable"`
	FreedAt    *time.Time     `json:"freed_at,omitempty" doc:"The video was deleted here after the province had received it"`
	Sheet      *sheetBody     `json:"sheet,omitempty" doc:"The contact sheet at …/sheet; its pictures also serve as thumbnails"`
	Findings   []findingBody  `json:"findings"`
	Decisions  []decisionBody `json:"decisions" doc:"About the clip, or its order as a whole (R20)"`
}

// sheetBody says where on the contact sheet the picture of which moment is.
type sheetBody struct {
	Columns int     `json:"columns" doc:"Pictures in a row"`
	Width   int     `json:"width" doc:"Of a picture's place, in pixels"`
	Height  int     `json:"height"`
	TimesMs []int64 `json:"times_ms" doc:"Of the pictures, row by row"`
}

func sheetOf(times []time.Duration) *sheetBody {
	if len(times) == 0 {
		return nil
	}
	body := &sheetBody{Columns: store.SheetColumns, Width: store.SheetWidth, Height: store.SheetHeight}
	for _, at := range times {
		body.TimesMs = append(body.TimesMs, at.Milliseconds())
	}
	return body
}

type findingBody struct {
	Kind     exam.Kind      `json:"kind"`
	Verdict  exam.Verdict   `json:"verdict" enum:"pass,warn,fail,cannot_tell"`
	Value    *float64       `json:"value,omitempty"`
	Limit    *float64       `json:"limit,omitempty"`
	Unit     exam.Unit      `json:"unit,omitempty"`
	Note     exam.Note      `json:"note,omitempty"`
	Engine   string         `json:"engine,omitempty"`
	Detail   string         `json:"detail,omitempty" doc:"a name as the file has it, shown as it is"`
	Evidence []evidenceBody `json:"evidence"`
}

type evidenceBody struct {
	FromMs int64          `json:"from_ms"`
	ToMs   int64          `json:"to_ms"`
	Frame  string         `json:"frame,omitempty"`
	Other  *otherClipBody `json:"other,omitempty" doc:"the other clip that it is about; examiners are not told"`
}

// otherClipBody names a clip of another attempt or order by its ids only; of
// one that was erased only the clip's is left.
type otherClipBody struct {
	ClipID    string `json:"clip_id"`
	OrderID   string `json:"order_id,omitempty"`
	AttemptID string `json:"attempt_id,omitempty"`
	Attempt   int    `json:"attempt,omitempty" doc:"its number within the order"`
}

func (s *Server) listClips(ctx context.Context, in *clipsInput) (*clipsOutput, error) {
	page, err := s.Store.ListClips(ctx, in.Before, in.Limit)
	out := &clipsOutput{}
	out.Body.Clips = []staffClipBody{}
	out.Body.Next = page.Next
	for _, clip := range page.Clips {
		out.Body.Clips = append(out.Body.Clips, staffClipOf(ctx, clip.ClipRecord, clip.Order))
	}
	return out, err
}

type staffClipOutput struct{ Body staffClipBody }

func (s *Server) getStaffClip(ctx context.Context, in *IDInput) (*staffClipOutput, error) {
	order, err := s.Store.FindClipOrder(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	record, err := s.Store.FindClip(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out := &staffClipOutput{Body: staffClipOf(ctx, record, order)}
	return out, s.tellOthers(ctx, out.Body.Findings, record.Findings)
}

func staffClipOf(ctx context.Context, r store.ClipRecord, o exam.Order) staffClipBody {
	body := staffClipBody{
		ID:         r.ID,
		AttemptID:  r.AttemptID,
		OrderID:    o.ID,
		Candidate:  candidateBody{Name: o.Name, Ticket: o.Ticket},
		Photo:      o.Photo != "",
		Subject:    o.Subject,
		Grade:      o.Grade,
		State:      r.State,
		Size:       r.Size,
		Type:       r.MediaType,
		ReceivedAt: r.ReceivedAt,
		Worst:      exam.Worst(r.Findings),
		Rendition:  r.Rendition,
		Playable:   r.Playable,
		FreedAt:    maybeTime(r.FreedAt),
		Sheet:      sheetOf(r.SheetTimes),
		Findings:   []findingBody{},
		Decisions:  decisionsOf(ctx, o, r.ID),
	}
	if attempt, item := o.FindClip(r.ID); item != nil {
		body.Item, body.Piece, body.Code = item.Name, item.Piece, attempt.Code
	}
	for _, finding := range r.Findings {
		body.Findings = append(body.Findings, findingOf(finding))
	}
	return body
}

func findingOf(f exam.Finding) findingBody {
	body := findingBody{Kind: f.Kind, Verdict: f.Verdict, Value: f.Value, Limit: f.Limit, Unit: f.Unit, Note: f.Note, Engine: f.Engine, Detail: f.Detail, Evidence: []evidenceBody{}}
	for _, e := range f.Evidence {
		body.Evidence = append(body.Evidence, evidenceBody{FromMs: e.From.Milliseconds(), ToMs: e.To.Milliseconds(), Frame: e.Frame})
	}
	return body
}

// tellOthers adds which clips the findings point to, for those who may know
// of other orders (R21).
func (s *Server) tellOthers(ctx context.Context, bodies []findingBody, findings []exam.Finding) error {
	for i, f := range findings {
		for n, e := range f.Evidence {
			if e.OtherID == "" {
				continue
			}
			place, err := s.Store.FindPlaceOfClip(ctx, e.OtherID)
			if err != nil && refusal.CodeOf(err) != refusal.NotFound {
				return err
			}
			bodies[i].Evidence[n].Other = &otherClipBody{
				ClipID: e.OtherID, OrderID: place.OrderID, AttemptID: place.AttemptID, Attempt: place.Attempt,
			}
		}
	}
	return nil
}

// viewed notes a look at a face or a video in the audit log.
func (s *Server) viewed(c *fiber.Ctx, what, orderID, clipID string) error {
	ctx := c.UserContext()
	return s.Store.Audit(ctx, store.Entry{
		Action:  what,
		By:      exam.Actor{Role: exam.ByStaff, Name: callerOf(ctx).session.Subject},
		OrderID: orderID,
		ClipID:  clipID,
	})
}

func (s *Server) getStaffVideo(c *fiber.Ctx) error {
	order, err := s.reviewedOrder(c.UserContext(), c.Params("id"))
	if err != nil {
		return err
	}
	look := callerOf(c.UserContext()).Secret + c.Params("id")
	err = s.looks.Note(look, s.Store.Now(), func() error { return s.viewed(c, "video_viewed", order.ID, c.Params("id")) })
	if err != nil {
		return err
	}
	return s.sendVideo(c)
}

func (s *Server) getPhoto(c *fiber.Ctx) error {
	order, err := s.reviewedOrder(c.UserContext(), c.Params("id"))
	if err != nil {
		return err
	}
	if order.Photo == "" {
		return refusal.New(refusal.NotFound)
	}
	if err := s.viewed(c, "photo_viewed", order.ID, c.Params("id")); err != nil {
		return err
	}
	return webkit.SendImage(c, s.file(store.PhotoFile(order.Photo)))
}

// getSheet shows the whole clip at a glance; a look at it is one at the video.
func (s *Server) getSheet(c *fiber.Ctx) error {
	order, err := s.reviewedOrder(c.UserContext(), c.Params("id"))
	if err != nil {
		return err
	}
	record, err := s.Store.FindClip(c.UserContext(), c.Params("id"))
	if err != nil {
		return err
	}
	if !record.FreedAt.IsZero() {
		return refusal.New(store.ClipFreed, "at", record.FreedAt)
	}
	if len(record.SheetTimes) == 0 {
		return refusal.New(refusal.NotFound)
	}
	if err := s.viewed(c, "sheet_viewed", order.ID, record.ID); err != nil {
		return err
	}
	return webkit.SendFile(c, s.file(store.SheetFile(record.ID)), "image/jpeg")
}

func (s *Server) getEvidence(c *fiber.Ctx) error {
	frame := c.Params("sha256")
	// A name that is no evidence's is not found, so none reaches the disk.
	orderID, clipID, err := s.Store.FindEvidence(c.UserContext(), frame)
	if err == nil {
		_, err = s.reviewedOrder(c.UserContext(), clipID)
	}
	if err != nil {
		return err
	}
	if err := s.viewed(c, "evidence_viewed", orderID, clipID); err != nil {
		return err
	}
	return webkit.SendFile(c, s.file(store.EvidenceFile(frame)), "image/jpeg")
}
