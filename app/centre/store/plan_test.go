package store_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"kaodian/app/centre/jobs"
)

// queueStatements are the program's statements about the queue, from its source.
func queueStatements(t *testing.T) []string {
	t.Helper()
	var found []string
	for _, folder := range []string{"internal/query", "queue"} {
		files, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(parsed, func(n ast.Node) bool {
				if text, ok := n.(*ast.BasicLit); ok && text.Kind == token.STRING {
					if s, _ := strconv.Unquote(text.Value); aboutQueue.MatchString(s) {
						found = append(found, s)
					}
				}
				return true
			})
		}
	}
	return found
}

var (
	aboutQueue = regexp.MustCompile(`(?is)^\s*(-- name|select|insert|update|delete).*\bgoqite\b`)
	ofTheQueue = regexp.MustCompile(`^(SCAN|SEARCH) (goqite|g)\b`)
	oneOrClips = regexp.MustCompile(`^SEARCH \w+ (EXISTS )?USING (COVERING )?INDEX (sqlite_autoindex_goqite_1 \(id=\?\)|goqite_clip \(clip_id=\?\))`)
	ownLane    = regexp.MustCompile(`^SEARCH goqite USING INDEX goqite_queue_priority_created \(queue=\?\)`)
)

// I7: with thousands of clips waiting, a phone's call costs what it costs with
// none: nothing but a lane that looks for its next job reads more of the queue
// than one row or one clip's.
func TestOnlyALaneReadsTheQueueThrough(t *testing.T) {
	c := newCentre(t)
	lanes, seen := 0, 0
	for _, statement := range queueStatements(t) {
		for _, line := range c.plan(statement) {
			switch {
			case !ofTheQueue.MatchString(line):
			case oneOrClips.MatchString(line):
				seen++
			case ownLane.MatchString(line):
				lanes++
			default:
				t.Errorf("%s in\n%s", line, statement)
			}
		}
	}
	// The next job, whether one is more urgent, rows that a clock set back left,
	// and the order, which is read once for all that ask (jobs.Runner.ReadyIn).
	if lanes != 4 || seen < 10 {
		t.Errorf("%d statements read a lane through, %d find rows", lanes, seen)
	}
	for _, clip := range []string{"a", "b"} { // each its own
		_, err := c.DB().ExecContext(t.Context(), `insert into goqite (queue, body) values (?, ?)`, string(jobs.Inspect), []byte(`{"kind":"inspect","clip_id":"`+clip+`"}`))
		c.must(err)
	}
	_, err := c.DB().ExecContext(t.Context(), `insert into goqite (queue, body) values ('inspect', x'00ff'), ('inspect', ?)`, []byte(`{"clip_id":7}`))
	c.must(err)
	var count int
	c.must(c.DB().QueryRowContext(t.Context(), `select count(*) from goqite where clip_id = 'a'`).Scan(&count))
	if count != 1 {
		t.Errorf("%d jobs of a clip that has one", count)
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
	for ; err != nil && len(args) < 12; rows, err = prepared.QueryContext(c.t.Context(), args...) {
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
