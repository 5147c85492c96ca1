package candidate

import (
	"context"
	"net/http"

	"kaodian/app/centre/web/access"
	"kaodian/app/centre/web/shared"
	"kaodian/app/exam"
)

// practiceItem is what a practice run records: made up, and short (R26). Names
// of items are Chinese everywhere, as the syllabus has them.
var practiceItem = exam.ItemSpec{Name: "模拟视频", Kind: exam.ItemPiece, Piece: "随意演奏一小段"}

// startPractice begins a practice run, or answers the one that runs (R10).
func (s *Server) startPractice(ctx context.Context, in *shared.IDInput) (*attemptOutput, error) {
	who := access.Of(ctx)
	if _, err := s.ownOrder(ctx, s.Store.FindOrder, in.ID); err != nil {
		return nil, err
	}
	if err := s.Door.CheckPlace(ctx, who); err != nil {
		return nil, err
	}
	space, err := s.Space()
	if err != nil {
		return nil, err
	}
	order, started, err := s.Store.StartPractice(ctx, in.ID, who.Session.Device, practiceItem, s.roomIn(space))
	if err != nil {
		return nil, err
	}
	out, err := s.answerAttempt(ctx, order, order.Practice[len(order.Practice)-1].ID)
	if started && err == nil {
		out.Status = http.StatusCreated
	}
	return out, err
}
