package staff

import (
	"context"
	"net/http"
	"strings"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/access"
	"kaodian/app/exam"
	"kaodian/app/webkit"
)

// Backups are the centre's copies elsewhere.
type Backups interface {
	State(ctx context.Context) (BackupState, error)
	// Places are the disks and shares that are mounted where staff put them.
	Places(ctx context.Context) ([]BackupPlace, error)
	// Use has backups made to a folder from now on.
	Use(ctx context.Context, place string, by exam.Actor) error
	// NewKey makes a key for the paper and keeps it in memory only; replace says
	// that the old paper is lost.
	NewKey(replace bool, by exam.Actor) (BackupKey, error)
	// KeepKey takes the key on once its end was typed from the paper.
	KeepKey(ctx context.Context, end string, by exam.Actor) error
	// Start begins a backup; Stop ends it.
	Start(ctx context.Context, by exam.Actor) error
	Stop(ctx context.Context, by exam.Actor) error
}

// BackupState is how the centre's backups stand.
type BackupState struct {
	KeyMadeAt time.Time `json:"key_made_at,omitzero" doc:"When the key on paper was made; absent without one"`
	KeyBroken bool      `json:"key_broken,omitempty" doc:"What the server keeps of it cannot be read; another one has to be made"`
	Place     string    `json:"place" doc:"The folder that backups are made to; empty while nobody chose one"`
	Fixed     string    `json:"fixed,omitempty" enum:"file,environment" doc:"Who names the folder, if it is not for the page to choose"`
	Wrong     string    `json:"wrong,omitempty" enum:"backup_place_gone,backup_place_closed,backup_place_inside" doc:"What is wrong with the folder just now"`
	Free      int64     `json:"free,omitempty" doc:"Bytes free there"`

	MadeAt    time.Time `json:"made_at,omitzero" doc:"When the newest backup that is known to come back was made"`
	CheckedAt time.Time `json:"checked_at,omitzero" doc:"When that was found out"`
	Old       bool      `json:"old" doc:"There is none, it is more than seven days old, or only a former paper opens it"`
	Former    bool      `json:"former,omitempty" doc:"It was made for a former key, whose paper opens it"`

	FailedAt   time.Time `json:"failed_at,omitzero" doc:"When the last run failed; absent if it was good"`
	Failure    string    `json:"failure,omitempty" enum:"gone,closed,inside,no_room,own,damaged,stopped,hung,busy,other"`
	FailedText string    `json:"failed_text,omitempty" doc:"For whoever looks closer"`

	NextDue time.Time      `json:"next_due,omitzero" doc:"When the schedule makes the next one"`
	Waits   bool           `json:"waits,omitempty" doc:"It is due, and waits for those who sit their exam"`
	Now     *BackupRunning `json:"now,omitempty" doc:"The one that is being made"`
}

// BackupRunning is a backup that is being made.
type BackupRunning struct {
	StartedAt time.Time `json:"started_at"`
	By        string    `json:"by,omitempty" doc:"Absent for the schedule"`
	Stage     string    `json:"stage,omitempty" enum:"reading,writing,checking" doc:"Absent at the very beginning"`
	Done      int64     `json:"done" doc:"Bytes of the stage"`
	Total     int64     `json:"total"`
}

// BackupPlace is a disk, stick or share that a backup could be made to.
type BackupPlace struct {
	Path  string `json:"path"`
	Kind  string `json:"kind" doc:"Its file system, as vfat or cifs"`
	Free  int64  `json:"free" doc:"Bytes"`
	Total int64  `json:"total"`
	Wrong string `json:"wrong,omitempty" enum:"backup_place_closed" doc:"Why not"`
}

// BackupKey is a new key, shown once.
type BackupKey struct {
	Key     string    `json:"key" doc:"The line for the paper"`
	End     int       `json:"end" doc:"How many of its last characters are to be typed"`
	MadeAt  time.Time `json:"made_at" doc:"Stands on the paper, so that papers are told apart"`
	Expires time.Time `json:"expires_at" doc:"Until when it is kept in memory"`
}

func (s *Server) backupRoutes() []access.Route {
	return []access.Route{
		webkit.Call(http.MethodGet, "/api/v1/staff/backups", access.Machine, "How the centre's backups stand", s.getBackups),
		webkit.Call(http.MethodPost, "/api/v1/staff/backups", access.Machine, "Make a backup now", s.startBackup),
		webkit.Call(http.MethodPost, "/api/v1/staff/backups/stop", access.Machine, "End the backup that is being made; the next one goes on with what is there", s.stopBackup),
		webkit.Call(http.MethodGet, "/api/v1/staff/backups/places", access.Administrators, "Disks, sticks and shares that are mounted", s.listBackupPlaces),
		webkit.Call(http.MethodPost, "/api/v1/staff/backups/place", access.Administrators, "Make backups to this folder from now on", s.useBackupPlace),
		webkit.Call(http.MethodPost, "/api/v1/staff/backups/key", access.Administrators, "Make a key for the paper; it holds once its end was typed", s.newBackupKey),
		webkit.Call(http.MethodPost, "/api/v1/staff/backups/key/keep", access.Administrators, "The key is on paper: take it on", s.keepBackupKey),
	}
}

type backupsOutput struct{ Body BackupState }

func (s *Server) getBackups(ctx context.Context, _ *struct{}) (*backupsOutput, error) {
	state, err := s.Backups.State(ctx)
	return &backupsOutput{Body: state}, err
}

func (s *Server) startBackup(ctx context.Context, _ *struct{}) (*backupsOutput, error) {
	if err := s.Backups.Start(ctx, access.Of(ctx).Staff()); err != nil {
		return nil, err
	}
	return s.getBackups(ctx, nil)
}

func (s *Server) stopBackup(ctx context.Context, _ *struct{}) (*backupsOutput, error) {
	if err := s.Backups.Stop(ctx, access.Of(ctx).Staff()); err != nil {
		return nil, err
	}
	return s.getBackups(ctx, nil)
}

type backupPlacesOutput struct {
	Body struct {
		Places []BackupPlace `json:"places"`
	}
}

func (s *Server) listBackupPlaces(ctx context.Context, _ *struct{}) (*backupPlacesOutput, error) {
	out := &backupPlacesOutput{}
	var err error
	out.Body.Places, err = s.Backups.Places(ctx)
	return out, err
}

type useBackupPlaceInput struct {
	Body struct {
		Place string `json:"place" maxLength:"400" doc:"The whole path of a folder; empty for none"`
	}
}

func (s *Server) useBackupPlace(ctx context.Context, in *useBackupPlaceInput) (*backupsOutput, error) {
	if err := s.Backups.Use(ctx, in.Body.Place, access.Of(ctx).Staff()); err != nil {
		return nil, err
	}
	return s.getBackups(ctx, nil)
}

type newBackupKeyInput struct {
	Body struct {
		Replace bool `json:"replace,omitempty" doc:"There is a key, and its paper is lost"`
	}
}

type backupKeyOutput struct{ Body BackupKey }

// newBackupKey shows the key only where nobody else on the Wi-Fi can read it: it
// opens every backup.
func (s *Server) newBackupKey(ctx context.Context, in *newBackupKeyInput) (*backupKeyOutput, error) {
	if !isPrivate(access.Of(ctx)) {
		return nil, refusal.New(store.BackupKeyExposed)
	}
	key, err := s.Backups.NewKey(in.Body.Replace, access.Of(ctx).Staff())
	return &backupKeyOutput{Body: key}, err
}

// isPrivate says whether what goes to the caller is read by nobody on the way: it
// goes by HTTPS, or stays on the machine itself. The name that was asked for says
// nothing of the way.
func isPrivate(who access.Caller) bool {
	return strings.HasPrefix(who.Origin, "https://") || webkit.IsOwn(who.Address)
}

type keepBackupKeyInput struct {
	Body struct {
		End string `json:"end" maxLength:"40" doc:"The last characters of the key, as they stand on the paper"`
	}
}

func (s *Server) keepBackupKey(ctx context.Context, in *keepBackupKeyInput) (*backupsOutput, error) {
	if err := s.Backups.KeepKey(ctx, strings.TrimSpace(in.Body.End), access.Of(ctx).Staff()); err != nil {
		return nil, err
	}
	return s.getBackups(ctx, nil)
}
