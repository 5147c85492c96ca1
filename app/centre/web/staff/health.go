package staff

import (
	"context"
	"net/http"
	"time"

	"kaodian/app/centre/web/access"
	"kaodian/app/exam"
	"kaodian/app/webkit"
)

// Health is how the machine is, as the doctor last found it.
type Health interface {
	// State does not wait for the machine: what is looked at just now is said as it
	// was before.
	State(ctx context.Context) (HealthState, error)
	// Look has the machine looked at again; it does not wait for that.
	Look()
	// ReadFiles has all stored files read as soon as nobody is in an exam.
	ReadFiles(ctx context.Context, by exam.Actor) error
	// Bundle is a ZIP file for whoever helps from afar, with nothing personal and no
	// secret; noted.
	Bundle(ctx context.Context, by exam.Actor) ([]byte, error)
}

// HealthState is what is known of the machine.
type HealthState struct {
	Checks  []HealthCheck `json:"checks" doc:"Always the same ones in the same order"`
	Looking bool          `json:"looking" doc:"The machine is being looked at"`
	Files   HealthFiles   `json:"files"`
}

// HealthFiles is what reading the stored files whole has found.
type HealthFiles struct {
	Waits     bool      `json:"waits" doc:"A reading was asked for or goes on; it waits while somebody is in an exam"`
	StartedAt time.Time `json:"started_at,omitzero" doc:"Of the reading that goes on"`
	Files     int64     `json:"files" doc:"Read in it so far"`
	Bytes     int64     `json:"bytes" doc:"Read in it so far"`

	DoneAt    time.Time `json:"done_at,omitzero" doc:"The end of the last whole reading"`
	DoneFiles int64     `json:"done_files"`
	DoneBytes int64     `json:"done_bytes"`

	Problems []HealthFile `json:"problems" doc:"Files that are not as they came"`
}

// HealthFile is a file that is not as it came.
type HealthFile struct {
	Path    string    `json:"path" doc:"In the data folder"`
	Kind    string    `json:"kind" enum:"clip,rendition,photo,consent,evidence,score"`
	OrderID string    `json:"order_id,omitempty" doc:"One of those that it belongs to"`
	Wrong   string    `json:"wrong" enum:"damaged,gone,replaced,unreadable"`
	Error   string    `json:"error,omitempty" doc:"For whoever looks closer"`
	FoundAt time.Time `json:"found_at"`

	Province bool      `json:"province" doc:"The province wrote a receipt that names it as it came"`
	BackupOf time.Time `json:"backup_of,omitzero" doc:"When a backup was made that may hold it as it came"`
}

// HealthCheck is what was found of one part of the machine.
type HealthCheck struct {
	Name  string    `json:"name" enum:"data,audit,disk,clock,camera,ffmpeg,cage,opencv,models,sync,backup,files"`
	State string    `json:"state" enum:"good,attention,wrong,unknown" doc:"Unknown until it was looked at"`
	Code  string    `json:"code,omitempty" enum:"unseen,hangs,data_good,data_nobody,data_closed,data_damaged,audit_good,audit_cut,audit_changed,audit_unread,audit_erasing,disk_good,disk_slow,disk_full,disk_failed,disk_unwritable,disk_gone,clock_good,clock_doubted,clock_differs,camera_good,camera_ends,camera_ended,camera_none,camera_broken,ffmpeg_good,ffmpeg_no_bright,ffmpeg_missing,ffmpeg_broken,ffmpeg_untried,cage_good,cage_open,opencv_good,opencv_broken,models_good,models_find_only,models_none,models_broken,sync_good,sync_alone,sync_refused,sync_no_use,sync_no_line,sync_no_receipt,sync_unread,backup_good,backup_old,backup_none,backup_no_key,backup_unchecked,backup_failed,backup_unread,files_good,files_old,files_never,files_damaged,files_unreadable,files_unknown"`
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
		webkit.Call(http.MethodPost, "/api/v1/staff/health/files", access.Machine, "Read all stored files, as soon as nobody is in an exam", s.readFiles),
		webkit.Call(http.MethodGet, "/api/v1/staff/support", access.Machine, "A file for whoever helps from afar, with nothing personal and no secret; noted", s.getSupport),
	}
}

type healthOutput struct{ Body HealthState }

func (s *Server) getHealth(ctx context.Context, _ *struct{}) (*healthOutput, error) {
	state, err := s.Health.State(ctx)
	return &healthOutput{Body: state}, err
}

func (s *Server) lookAtHealth(ctx context.Context, _ *struct{}) (*healthOutput, error) {
	s.Health.Look()
	return s.getHealth(ctx, nil)
}

func (s *Server) readFiles(ctx context.Context, _ *struct{}) (*healthOutput, error) {
	if err := s.Health.ReadFiles(ctx, access.Of(ctx).Staff()); err != nil {
		return nil, err
	}
	return s.getHealth(ctx, nil)
}

type bundleOutput struct {
	Type        string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

func (s *Server) getSupport(ctx context.Context, _ *struct{}) (*bundleOutput, error) {
	file, err := s.Health.Bundle(ctx, access.Of(ctx).Staff())
	name := "kaodian-support-" + s.Store.Now().Format("20060102-1504") + ".zip"
	return &bundleOutput{Type: "application/zip", Disposition: `attachment; filename="` + name + `"`, Body: file}, err
}
