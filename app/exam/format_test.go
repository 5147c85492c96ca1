package exam

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// What the page of the sync format says of each kind of finding, its unit, its
// side and its notes, is how it is judged.
func TestThePageOfTheFormatTellsHowFindingsAreJudged(t *testing.T) {
	page, err := os.ReadFile("../../sync/batch/FORMAT.md")
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(string(page), "### Findings\n")
	text, _, _ = strings.Cut(text, "\n### ")
	rows := map[string][]string{} // the cells, by the kind
	for line := range strings.Lines(text) {
		if cells := strings.Split(line, "|"); len(cells) == 7 && strings.HasPrefix(cells[1], " `") && cells[1] != " `kind` " {
			rows[strings.Trim(cells[1], " `")] = cells
		}
	}
	if len(rows) != len(Kinds) {
		t.Errorf("the page has %d kinds, there are %d", len(rows), len(Kinds))
	}
	told := func(f Finding, cell int, word string) {
		row := rows[string(f.Kind)]
		if row == nil || word != "" && !strings.Contains(row[cell], "`"+word+"`") {
			t.Errorf("%s with %q: the page says %v", f.Kind, word, row)
		}
	}
	for _, of := range sides {
		m, c := goodClip()
		of.set(&m, &c)
		for _, f := range Judge(m, c) {
			told(f, 3, string(f.Unit))
			told(f, 4, string(f.Side))
			if !slices.Contains([]Note{"", NoteUnknown, NoteNotExamined}, f.Note) {
				told(f, 5, string(f.Note))
			}
			if row := rows[string(f.Kind)]; row != nil && f.Limit != nil && f.Unit == "" && strings.Contains(row[3], "`") && !strings.Contains(row[3], "–") {
				t.Errorf("%s has no unit; the page says %s", f.Kind, row[3])
			}
		}
	}
}
