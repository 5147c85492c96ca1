package exam

import (
	"strings"
	"testing"
	"time"
)

func TestDefaultRulesAreTheGuides(t *testing.T) {
	r := DefaultRules(shanghai)
	if err := r.Check(); err != nil {
		t.Fatal(err)
	}
	if r.MaxAttempts != 3 || r.MaxResets() != 2 || r.MaxClipBytes != 524288000 || r.UploadGrace != 0 || r.ResetTimedOut != ResetWithinDay {
		t.Errorf("rules %+v", r)
	}
}

// The message names the key that the operator has to change.
func TestRulesThatCannotBeAreRefusedByTheirKey(t *testing.T) {
	for key, change := range map[string]func(*Rules){
		"exam.time_limits":       func(r *Rules) { r.TimeLimits = r.TimeLimits[:2] },
		"exam.max_attempts":      func(r *Rules) { r.MaxAttempts = 0 },
		"exam.max_clip_bytes":    func(r *Rules) { r.MaxClipBytes = 0 },
		"exam.upload_grace":      func(r *Rules) { r.UploadGrace = -time.Second },
		"exam.auto_submit_reset": func(r *Rules) { r.ResetTimedOut = "week" },
		"exam.timezone":          func(r *Rules) { r.Location = nil },
	} {
		r := rules(change)
		if err := r.Check(); err == nil || !strings.HasPrefix(err.Error(), key) {
			t.Errorf("%s: got %v", key, err)
		}
	}
}
