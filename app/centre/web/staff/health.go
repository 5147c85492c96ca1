package staff

import (
	"context"
	"net/http"
	"time"

	"kaodian/app/centre/web/access"
	"kaodian/app/webkit"
)

// Health is how the machine is, as the doctor last found it.
type Health interface {
	// State waits for nothing: what is looked at just now is said as it was before.
	State() HealthState
	// Look has the machine looked at again; it does not wait for that.
	Look()
}

// HealthState is what is known of the machine.
type HealthState struct {
	Checks  []HealthCheck `json:"checks" doc:"Always the same ones in the same order"`
	Looking bool          `json:"looking" doc:"The machine is being looked at"`
}

// HealthCheck is what was found of one part of the machine.
type HealthCheck struct {
	Name  string    `json:"name" enum:"data,audit,disk,clock,camera,ffmpeg,cage,opencv,models,sync,backup"`
	State string    `json:"state" enum:"good,attention,wrong,unknown" doc:"Unknown until it was looked at"`
	Code  string    `json:"code,omitempty" enum:"unseen,hangs,data_good,data_nobody,data_closed,data_damaged,audit_good,audit_cut,audit_changed,audit_unread,disk_good,disk_slow,disk_full,disk_failed,disk_unwritable,disk_gone,clock_good,clock_doubted,clock_differs,camera_good,camera_ends,camera_ended,camera_none,camera_broken,ffmpeg_good,ffmpeg_no_bright,ffmpeg_missing,ffmpeg_broken,ffmpeg_untried,cage_good,cage_open,opencv_good,opencv_broken,models_good,models_find_only,models_none,models_broken,sync_good,sync_alone,sync_refused,sync_no_use,sync_no_line,sync_no_receipt,sync_unread,backup_good,backup_old,backup_none,backup_no_key,backup_unchecked,backup_failed,backup_unread"`
	Count int64     `json:"count,omitempty" doc:"How many, of what the code is about"`
	At    time.Time `json:"at,omitzero" doc:"The moment that the code is about"`

	LookedAt time.Time `json:"looked_at,omitzero"`
	Found    string    `json:"found,omitempty" doc:"For whoever looks closer"`
	Next     string    `json:"next,omitempty" doc:"For whoever looks closer"`
}

func (s *Server) healthRoutes() []access.Route {
	return []access.Route{
		webkit.Call(http.MethodGet, "/api/v1/staff/health", access.Machine, "What was last found of each part of the machine", s.getHealth),
		webkit.Call(http.MethodPost, "/api/v1/staff/health", access.Machine, "Look at the machine again", s.lookAtHealth),
	}
}

type healthOutput struct{ Body HealthState }

func (s *Server) getHealth(context.Context, *struct{}) (*healthOutput, error) {
	return &healthOutput{Body: s.Health.State()}, nil
}

func (s *Server) lookAtHealth(context.Context, *struct{}) (*healthOutput, error) {
	s.Health.Look()
	return &healthOutput{Body: s.Health.State()}, nil
}
