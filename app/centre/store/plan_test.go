package store_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"kaodian/app/centre/jobs"
)

// statements are the program's that the pattern finds, from its source.
func statements(t *testing.T, pattern *regexp.Regexp) []string {
	t.Helper()
	var found []string
	files, err := filepath.Glob("internal/query/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			if text, ok := n.(*ast.BasicLit); ok && text.Kind == token.STRING {
				if s, _ := strconv.Unquote(text.Value); pattern.MatchString(s) {
					found = append(found, s)
				}
			}
			return true
		})
	}
	return found
}

var (
	aboutQueue = regexp.MustCompile(`(?is)^\s*(-- name|select|insert|update|delete).*\b(jobs|lanes)\b`)
	ofTheQueue = regexp.MustCompile(`^(SCAN|SEARCH) (jobs|lanes|own|latest)\b`)
	oneOrClips = regexp.MustCompile(`^SEARCH \w+ (EXISTS )?USING (COVERING )?INDEX (sqlite_autoindex_jobs_1 \(id=\?\)|jobs_clip \(clip_id=\?\))`)
	ownLane    = regexp.MustCompile(`^SEARCH jobs USING INDEX jobs_state \(state=\? AND kind=\?\)`)
	// those that ran or failed, and the last of all by its place
	few = regexp.MustCompile(`^(SEARCH jobs USING INDEX jobs_state \(state=\?\)|SCAN jobs USING INDEX jobs_failed|SEARCH jobs USING INDEX jobs_failed \(failed_at>\?\)|SEARCH latest)$`)
)

// I7: with thousands of clips waiting, a phone's call costs what it costs with
// none: nothing but a lane that looks for its next job reads more of the queue
// than one row or one clip's.
func TestOnlyALaneReadsTheQueueThrough(t *testing.T) {
	c := newCentre(t)
	lanes, seen := 0, 0
	for _, statement := range statements(t, aboutQueue) {
		for _, line := range c.plan(statement) {
			switch {
			case !ofTheQueue.MatchString(line):
			case oneOrClips.MatchString(line):
				seen++
			case ownLane.MatchString(line):
				lanes++
			case few.MatchString(line):
			default:
				t.Errorf("%s in\n%s", line, statement)
			}
		}
	}
	// The next job, whether one is more urgent, and the order, which is read once
	// for all that ask (jobs.Runner.ReadyIn).
	if lanes != 3 || seen < 10 {
		t.Errorf("%d statements read a lane through, %d find rows", lanes, seen)
	}
	attempt := c.start(c.enrol("T1"))
	clip, _ := c.send(attempt, "1"), c.send(attempt, "2") // each its own
	var count int
	c.must(c.DB().QueryRowContext(t.Context(), `select count(*) from lanes where clip_id = ?`, clip).Scan(&count))
	if count != 2 {
		t.Errorf("%d jobs of a clip that has two", count)
	}
	if _, err := c.DB().ExecContext(t.Context(), `insert into jobs (id, kind, clip_id) values ('x', ?, 'nobody''s')`, string(jobs.Inspect)); err == nil {
		t.Error("there is a job of no clip")
	}
}

// plan is how SQLite answers a statement.
func (c *centre) plan(statement string) []string {
	c.t.Helper()
	prepared, err := c.DB().PrepareContext(c.t.Context(), "EXPLAIN QUERY PLAN "+statement)
	c.must(err)
	defer prepared.Close()
	args := []any{}
	rows, err := prepared.QueryContext(c.t.Context())
	for ; err != nil && len(args) < 24; rows, err = prepared.QueryContext(c.t.Context(), args...) {
		args = append(args, "x")
	}
	c.must(err)
	defer rows.Close()
	var lines []string
	for rows.Next() {
		var id, parent, unused int
		var detail string
		c.must(rows.Scan(&id, &parent, &unused, &detail))
		lines = append(lines, detail)
	}
	c.must(rows.Err())
	return lines
}
