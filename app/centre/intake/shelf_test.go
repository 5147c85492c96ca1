package intake

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"kaodian/app/base/refusal"
)

// One person takes a syllabus in while another lets it go, or shows the centre
// more of them than are kept: its files stay until it is in.
func TestWhatIsTakenInIsNotLetGo(t *testing.T) {
	var i Intake
	preview := func(name string) *SyllabusPreview {
		p := &SyllabusPreview{ID: name, folder: filepath.Join(t.TempDir(), name), busy: &sync.Mutex{}}
		if err := os.Mkdir(p.folder, 0o700); err != nil {
			t.Fatal(err)
		}
		i.syllabi.put(p, maxSyllabi)
		return p
	}
	held := preview("held")
	_, done, err := i.syllabi.hold("held")
	if err != nil {
		t.Fatal(err)
	}
	if err := i.ForgetSyllabus("held"); !refusal.Is(err, Busy) {
		t.Errorf("it was let go: %v", err)
	}
	for _, name := range []string{"a", "b", "c"} {
		preview(name)
	}
	if _, err := os.Stat(held.folder); err != nil {
		t.Error(err)
	}
	done()

	last := preview("last")
	if err := i.ForgetSyllabus("last"); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(last.folder); !os.IsNotExist(err) {
		t.Errorf("its files: %v", err)
	}
	if err := i.ForgetSyllabus("last"); err != nil {
		t.Errorf("once more: %v", err)
	}
	if _, err := i.FindSyllabus("b"); !refusal.Is(err, PreviewGone) {
		t.Errorf("the oldest: %v", err)
	}
	if _, err := i.FindSyllabus("c"); err != nil {
		t.Errorf("the latest: %v", err)
	}
}
