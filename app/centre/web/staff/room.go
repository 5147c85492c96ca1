package staff

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"kaodian/app/centre/room"
	"kaodian/app/centre/store"
	"kaodian/app/exam"
)

// usualItems is how many items an order has where none is registered yet.
const usualItems = 4

type roomOutput struct{ Body roomBody }

// roomBody says how far the disk reaches, in candidates: bytes tell nobody
// whether tomorrow goes well.
type roomBody struct {
	Starts      int       `json:"starts" doc:"Attempts that can still start, every item at full size (R27)"`
	Coming      int       `json:"coming" doc:"Orders for which one may still start"`
	Short       int       `json:"short" doc:"Those of them for which there is no room as things stand"`
	ShortFrom   time.Time `json:"short_from,omitzero" doc:"When the first of those opens"`
	FreeBytes   int64     `json:"free_bytes" doc:"For them, beside the reserve and what running attempts may need"`
	NeededBytes int64     `json:"needed_bytes" doc:"What all that are coming need at most"`
	Freeable    struct {
		Orders   int       `json:"orders"`
		Clips    int       `json:"clips"`
		Bytes    int64     `json:"bytes"`
		Unmarked int       `json:"unmarked_orders" doc:"Those of them that nobody marked as a whole here"`
		NextAt   time.Time `json:"next_at,omitzero" doc:"When the first goes by itself"`
	} `json:"freeable" doc:"Videos that the province has received"`
	Waiting struct {
		Clips int   `json:"clips"`
		Bytes int64 `json:"bytes"`
	} `json:"waiting" doc:"Videos without a receipt: they stay"`
}

func (s *Server) getRoom(ctx context.Context, _ *struct{}) (*roomOutput, error) {
	needs, err := s.Store.ListNeeds(ctx)
	if err != nil {
		return nil, err
	}
	plan, err := s.planRoom(ctx, needs)
	if err != nil {
		return nil, err
	}
	freeing, err := s.Store.FindFreeing(ctx)
	if err != nil {
		return nil, err
	}
	return &roomOutput{Body: s.roomBody(plan, needs, freeing)}, nil
}

// planRoom reckons as a start does.
func (s *Server) planRoom(ctx context.Context, needs []store.Need) (room.Plan, error) {
	space, err := s.Space()
	if err != nil {
		return room.Plan{}, err
	}
	promised, err := s.Store.Reserved(ctx)
	if err != nil {
		return room.Plan{}, err
	}
	each := s.Store.Rules().MaxClipBytes
	var bytes []int64
	for _, need := range needs {
		bytes = append(bytes, int64(need.Items)*each)
	}
	return room.PlanStarts(space.Left(promised), bytes, usualItems*each), nil
}

func (s *Server) roomBody(plan room.Plan, needs []store.Need, f store.Freeing) roomBody {
	body := roomBody{Starts: plan.Starts, Coming: plan.Coming, Short: plan.Short, FreeBytes: plan.Left, NeededBytes: plan.Needed}
	if plan.Short > 0 {
		body.ShortFrom = needs[plan.First].Opens
	}
	body.Freeable.Orders, body.Freeable.Clips, body.Freeable.Bytes, body.Freeable.Unmarked = f.Orders, f.Clips, f.Bytes, f.Unmarked
	if !f.Earliest.IsZero() {
		body.Freeable.NextAt = f.Earliest.Add(s.Retention())
	}
	body.Waiting.Clips, body.Waiting.Bytes = f.WaitingClips, f.WaitingBytes
	return body
}

type freedBody struct {
	Orders int   `json:"orders"`
	Clips  int   `json:"clips"`
	Bytes  int64 `json:"bytes"`
}

// freeRoom lets go now of what an accepted receipt names (I5), before its time.
func (s *Server) freeRoom(ctx context.Context, args json.RawMessage, by exam.Actor) (any, error) {
	one, err := argsOf[reasonArgs](args)
	if err != nil {
		return nil, err
	}
	freed, err := s.Store.FreeDelivered(ctx, s.Store.Now(), by, strings.TrimSpace(one.Reason))
	return freedBody{Orders: freed.Orders, Clips: freed.Clips, Bytes: freed.Bytes}, err
}
