package staff

import (
	"context"
	"net/http"
	"time"

	"kaodian/app/centre/web/access"
	"kaodian/app/exam"
	"kaodian/app/webkit"
)

// Settings are what holds at the centre, and what a person may choose of it.
type Settings interface {
	List(ctx context.Context) ([]Setting, error)
	// Choose takes another value from now on, over every restart, or refuses it;
	// also where another one than shown holds, which is nil for any.
	Choose(ctx context.Context, name, value string, shown *string, by exam.Actor) error
	// Reset goes back to the default.
	Reset(ctx context.Context, name string, by exam.Actor) error
}

// SettingOrigin is where a setting's value comes from.
type SettingOrigin string

// The origins, each winning over those before it.
const (
	FromDefault     SettingOrigin = "default"
	FromPage        SettingOrigin = "page"
	FromFile        SettingOrigin = "file"
	FromEnvironment SettingOrigin = "environment"
)

// Setting is one of them.
type Setting struct {
	Name      string        `json:"name" doc:"As in the settings file, with its section; the Wi-Fi's are on this page only"`
	Value     string        `json:"value"`
	Default   string        `json:"default"`
	Origin    SettingOrigin `json:"origin" enum:"default,page,file,environment"`
	Choosable bool          `json:"choosable" doc:"The centre may choose it: no rule of the exam depends on it, and neither the file nor the environment names it"`
	Rule      bool          `json:"rule" doc:"A rule of the exam, which is shown only"`
	ChangedAt time.Time     `json:"changed_at,omitzero" doc:"When it was chosen last on this page, or put back to its default"`
	ChangedBy string        `json:"changed_by,omitempty"`
}

func (s *Server) settingsRoutes() []access.Route {
	return []access.Route{
		webkit.Call(http.MethodGet, "/api/v1/staff/settings", access.Machine, "What holds at this centre", s.listSettings),
		webkit.Call(http.MethodPost, "/api/v1/staff/settings/{name}", access.Administrators, "Choose a setting; it holds at once", s.chooseSetting),
		webkit.Call(http.MethodDelete, "/api/v1/staff/settings/{name}", access.Administrators, "Put a setting back to its default", s.resetSetting),
	}
}

type settingsBody struct {
	Settings []Setting `json:"settings"`
}

type settingsOutput struct{ Body settingsBody }

func (s *Server) listSettings(ctx context.Context, _ *struct{}) (*settingsOutput, error) {
	settings, err := s.Settings.List(ctx)
	return &settingsOutput{Body: settingsBody{settings}}, err
}

// SettingInput is the path's setting. It is exported because Huma fills in
// embedded structs only when they are.
type SettingInput struct {
	Name string `path:"name" maxLength:"64"`
}

type chooseSettingInput struct {
	SettingInput
	Body struct {
		Value string  `json:"value" maxLength:"500"`
		Shown *string `json:"shown,omitempty" maxLength:"500" doc:"The value that the form showed; if it is another one now, nothing is changed"`
	}
}

// backupPlace is the setting that Backups looks at before it holds.
const backupPlace = "backup.place"

func (s *Server) chooseSetting(ctx context.Context, in *chooseSettingInput) (*settingsOutput, error) {
	var err error
	if in.Name == backupPlace {
		err = s.Backups.Use(ctx, in.Body.Value, access.Of(ctx).Staff())
	} else {
		err = s.Settings.Choose(ctx, in.Name, in.Body.Value, in.Body.Shown, access.Of(ctx).Staff())
	}
	if err != nil {
		return nil, err
	}
	return s.listSettings(ctx, nil)
}

func (s *Server) resetSetting(ctx context.Context, in *SettingInput) (*settingsOutput, error) {
	if err := s.Settings.Reset(ctx, in.Name, access.Of(ctx).Staff()); err != nil {
		return nil, err
	}
	return s.listSettings(ctx, nil)
}
