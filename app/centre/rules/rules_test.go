package rules

import (
	"encoding/xml"
	"errors"
	"io"
	"io/fs"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"kaodian/app/exam"
)

// R6: what is agreed to is known by its version.
func TestR6_AnyWordOrPictureChangesTheVersion(t *testing.T) {
	copyOf := func() fstest.MapFS {
		folder := fstest.MapFS{}
		err := fs.WalkDir(files, ".", func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			data, err := files.ReadFile(path)
			folder[path] = &fstest.MapFile{Data: data}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return folder
	}
	if versionOf(copyOf()) != Version() {
		t.Fatal("the same rules have two versions")
	}
	for path := range copyOf() {
		folder := copyOf()
		folder[path].Data = append(folder[path].Data, ' ')
		if versionOf(folder) == Version() {
			t.Errorf("a change of %s does not change the version", path)
		}
	}
	folder := copyOf()
	delete(folder, "pictures/help.svg")
	if versionOf(folder) == Version() {
		t.Error("a picture that is gone does not change the version")
	}
}

func TestEveryPageHasItsPictureAndItsWords(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range InOrder() {
		for _, language := range []string{Chinese, English} {
			if p.Title[language] == "" || p.Text[language] == "" {
				t.Errorf("%s has no words in %s", p.ID, language)
			}
		}
		if Picture(p.ID) == nil {
			t.Errorf("%s has no picture", p.ID)
		}
		seen[p.ID] = true
	}
	pictures, err := files.ReadDir("pictures")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pictures {
		if !seen[strings.TrimSuffix(p.Name(), ".svg")] {
			t.Errorf("no page shows %s", p.Name())
		}
	}
	for _, id := range []string{"", "nothing", "../text/en.md", "..", "help.svg"} {
		if Picture(id) != nil {
			t.Errorf("there is a picture %q", id)
		}
	}
}

// A picture is shown by itself and inside the download: nothing of it may be
// loaded, run, or clash with another's names.
func TestPicturesReferToNothing(t *testing.T) {
	allowed := map[string]bool{"svg": true, "g": true, "rect": true, "circle": true, "ellipse": true, "path": true, "text": true}
	for _, p := range InOrder() {
		decoder := xml.NewDecoder(strings.NewReader(string(Picture(p.ID))))
		for {
			token, err := decoder.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", p.ID, err)
			}
			start, ok := token.(xml.StartElement)
			if !ok {
				continue
			}
			if !allowed[start.Name.Local] {
				t.Errorf("%s has a <%s>", p.ID, start.Name.Local)
			}
			for _, a := range start.Attr {
				if a.Name.Local == "id" || a.Name.Local == "href" || strings.Contains(a.Value, "url(") {
					t.Errorf("%s has %s=%q", p.ID, a.Name.Local, a.Value)
				}
			}
		}
	}
}

// R32: the way in which the subject is filmed comes first.
func TestR32_TheOwnWayOfFilmingComesFirst(t *testing.T) {
	for subject, want := range map[string]string{"钢琴": "side", "电子琴": "side", "Piano": "side", "小提琴": "front", "声乐": "front"} {
		pages := Pages(subject)
		for _, p := range pages {
			if p.ID == "side" || p.ID == "front" {
				if p.ID != want {
					t.Errorf("%s: %s comes first", subject, p.ID)
				}
				break
			}
		}
		if len(pages) != len(InOrder()) {
			t.Errorf("%s: %d pages", subject, len(pages))
		}
	}
}

var cue = regexp.MustCompile(`(?m)^(\d\d):(\d\d)\.000 --> (\d\d):(\d\d)\.000$`)

func TestSubtitlesAreAsLongAsTheVideo(t *testing.T) {
	for _, language := range []string{Chinese, English} {
		text := Subtitles(language)
		cues := cue.FindAllString(text, -1)
		if !strings.HasPrefix(text, "WEBVTT\n\n") || len(cues) != len(InOrder()) {
			t.Errorf("%s: %d cues in %.80q", language, len(cues), text)
		}
		if last := cues[len(cues)-1]; !strings.HasSuffix(last, stamp(len(InOrder())*Seconds())) {
			t.Errorf("%s: the last is %s", language, last)
		}
	}
}

// 级别 is 一级 to 十级 wherever Chinese names it.
func TestGradesAreWrittenAsTheFieldWritesThem(t *testing.T) {
	settings := exam.DefaultRules(time.UTC)
	for grade, want := range map[int]string{1: "一级", 2: "二级", 8: "八级", 10: "十级"} {
		text, err := Text(settings, exam.Order{Registration: exam.Registration{Subject: "钢琴", Grade: grade}}, Chinese)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(text, "钢琴 "+want+"。") || regexp.MustCompile(`[0-9] *级`).MatchString(text) || !strings.Contains(text, "一级至四级：30 分钟") {
			t.Errorf("grade %d: %s", grade, text)
		}
		text, err = Text(settings, exam.Order{Registration: exam.Registration{Subject: "钢琴", Grade: grade}}, English)
		if err != nil {
			t.Fatal(err)
		}
		if regexp.MustCompile(`\p{Han}`).MatchString(text) {
			t.Errorf("grade %d: Chinese in %s", grade, text)
		}
	}
}

// R6: whoever reads the rules in English agrees to the same: as many headings and
// points, in the same order, and the subject and grade that it is about.
func TestR6_BothLanguagesHaveTheSamePoints(t *testing.T) {
	marks := func(text string) string {
		return strings.Join(regexp.MustCompile(`(?m)^(#+|-) `).FindAllString(text, -1), "")
	}
	settings := exam.DefaultRules(time.UTC)
	for subject, want := range map[string]string{"钢琴": "Piano", "小提琴": "Violin", "奇琴": "奇琴"} {
		for _, span := range []exam.ResetSpan{exam.ResetWithinDay, exam.ResetWithinWindow} {
			settings.ResetTimedOut = span
			order := exam.Order{Registration: exam.Registration{Subject: subject, Grade: 5}, Items: []exam.ItemSpec{{Drawn: subject == "钢琴"}}}
			chinese, err := Text(settings, order, Chinese)
			if err != nil {
				t.Fatal(err)
			}
			english, err := Text(settings, order, English)
			if err != nil {
				t.Fatal(err)
			}
			if marks(chinese) != marks(english) {
				t.Errorf("%s: %s in Chinese, %s in English", subject, marks(chinese), marks(english))
			}
			if !strings.Contains(english, "You have registered for "+want+", Grade 5.") {
				t.Errorf("not what it is about: %.200s", english)
			}
		}
	}
}

// R7: the table is configuration, and what it says is told whole.
func TestR7_LimitsAreToldWhole(t *testing.T) {
	settings := exam.DefaultRules(time.UTC)
	settings.TimeLimits = []exam.TimeLimit{{From: 1, To: 4, Limit: 30 * time.Minute}, {From: 5, To: 7, Limit: 10*time.Minute + 8*time.Second}, {From: 8, To: 10, Limit: 20 * time.Second}}
	order := exam.Order{Registration: exam.Registration{Subject: "钢琴", Grade: 9}}
	for language, wants := range map[string][]string{
		Chinese: {"开始之后最多有 20 秒", "一级至四级：30 分钟。", "五级至七级：10 分 8 秒。", "八级至十级：20 秒。"},
		English: {"you have at most 20 seconds,", "Grades 1 to 4: 30 minutes.", "Grades 5 to 7: 10 min 8 seconds.", "Grades 8 to 10: 20 seconds."},
	} {
		text, err := Text(settings, order, language)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range wants {
			if !strings.Contains(text, want) {
				t.Errorf("%s: %q is not in %s", language, want, text)
			}
		}
	}
}

// R6: the file to keep needs nothing else, and a subject cannot write into it.
func TestR6_TheDownloadIsOneFile(t *testing.T) {
	order := exam.Order{Registration: exam.Registration{Subject: "<script>钢琴</script>", Grade: 8}}
	for _, language := range []string{Chinese, English} {
		text, err := Text(exam.DefaultRules(time.UTC), order, language)
		if err != nil {
			t.Fatal(err)
		}
		page, err := Download(text, order.Subject, language)
		if err != nil {
			t.Fatal(err)
		}
		html := strings.ReplaceAll(string(page), `xmlns="http://www.w3.org/2000/svg"`, "")
		for _, foreign := range []string{"http:", "https:", "<script", "src=", "href=", "@import"} {
			if strings.Contains(html, foreign) {
				t.Errorf("%s: it has %q", language, foreign)
			}
		}
		if got := strings.Count(html, "<svg"); got != len(InOrder()) {
			t.Errorf("%s: %d pictures", language, got)
		}
		for _, p := range InOrder() {
			if !strings.Contains(html, p.Title[language]) {
				t.Errorf("%s: no words for %s", language, p.ID)
			}
		}
	}
}
