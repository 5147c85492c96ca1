package outbox_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"kaodian/app/exam"
	"kaodian/sync/batch"
	"kaodian/sync/batch/formattest"
	"kaodian/sync/outbox"
)

// oddRemark has every kind of character that JSON writers disagree about.
const oddRemark = "a<b>&\"\\/\n\t\r\b\f\x01\x7f\u2028\u2029é王😀"

// What this program seals opens by the steps of the format's page alone, and
// the lines of its audit log come to the hashes that the page tells to compute.
func TestWhatIsSealedOpensByTheStepsOfTheFormat(t *testing.T) {
	formattest.NeedTools(t)
	c := newCentre(t)
	c.clock.Advance(123_456_789 * time.Nanosecond)
	order := c.reviewed()
	clip := order.Attempts[0].Items[0].Clip.ID
	_, err := c.Apply(t.Context(), order.ID, exam.MarkDeparture{ID: "departure-2", ClipID: clip, Category: "light", Remark: oddRemark, By: judge})
	c.must(err)
	c.must(c.Send(t.Context()))
	c.clock.Advance(time.Hour)
	c.after(order)
	c.must(c.Send(t.Context()))

	p := c.byHand()
	p.Do(t, formattest.Batch)
	if video := p.File(t, "media/"+batch.Sum([]byte("a video of somebody"))); video != "a video of somebody" {
		t.Errorf("the video: %q", video)
	}
	if clips := p.File(t, "clips"); !strings.HasPrefix(clips, "王小明|钢琴|1|1|1|") {
		t.Errorf("the clips: %s", clips)
	}
	c.checkLines(p, "reason LIKE 'a<b>&%'")
	if out, err := formattest.Shell(t, `cd "$WORK"; test "$(sqlite3 records.sqlite "SELECT strftime('%Y-%m-%dT%H:%M:%f', made_at / 1000.0, 'unixepoch') || 'Z' FROM batch")" = "$(jq -r .made_at manifest.json)"`, p.Variables(t)); err != nil {
		t.Errorf("manifest and records were not made at the same moment: %v %s", err, out)
	}

	second := c.byHand()
	second.Sequence, second.Previous = "2", batch.Sum([]byte(p.File(t, "manifest.json")))
	second.Do(t, formattest.Batch)
	c.checkLines(second, "action = 'decided'")
	c.checkArguments(p)
	c.checkArguments(second)
	c.checkChangedLine(second)
}

// byHand is the first batch on the stick, for the steps of the format's page.
func (c *centre) byHand() formattest.Place {
	c.t.Helper()
	member, err := outbox.LoadMember(c.folder)
	c.must(err)
	identity := filepath.Join(c.t.TempDir(), "province.age")
	c.must(c.identity.Save(identity))
	p := formattest.Place{
		Drop: c.stick, Centre: "jinan", Install: member.Install, Sequence: "1", Identity: identity,
		ProvinceKey: c.signer.PublicKey(), Token: c.token, Work: c.t.TempDir(),
	}
	p.Do(c.t, formattest.Enrolment)
	return p
}

// checkLines holds what the steps say of the audit log's lines against the log:
// that of a line which is chosen, and of every other that can be computed.
func (c *centre) checkLines(p formattest.Place, chosen string) {
	c.t.Helper()
	said := map[string]string{}
	for line := range strings.Lines(p.File(c.t, "facts")) {
		seq, what, _ := strings.Cut(strings.TrimSpace(line), " ")
		said[seq] = what
	}
	records := filepath.Join(p.Work, "records.sqlite")
	all := c.rows(records, `SELECT seq, seq = 1 OR EXISTS (SELECT 1 FROM records.facts AS before WHERE before.seq = line.seq - 1), `+chosen+` FROM records.facts AS line`)
	found := false
	for _, row := range all {
		want := "open"
		if row[1] == int64(1) {
			want = "holds"
		}
		if got := said[strconv.FormatInt(row[0].(int64), 10)]; got != want {
			c.t.Errorf("line %d %s, want %s", row[0], got, want)
		}
		found = found || row[2] == int64(1) && want == "holds"
	}
	if len(said) != len(all) || !found {
		c.t.Errorf("%d of %d lines, the chosen one is one that can be computed: %v", len(said), len(all), found)
	}
}

// checkArguments looks whether the page names the arguments of every fact in
// the row of its action.
func (c *centre) checkArguments(p formattest.Place) {
	c.t.Helper()
	_, actions, _ := strings.Cut(formattest.Text(c.t), "### Actions\n")
	rows := c.rows(filepath.Join(p.Work, "records.sqlite"), "SELECT DISTINCT action, key FROM records.facts, json_each(args) WHERE args <> 'null'")
	if len(rows) == 0 {
		c.t.Error("no fact has arguments")
	}
	for _, row := range rows {
		told := slices.ContainsFunc(strings.Split(actions, "\n"), func(line string) bool {
			action, arguments, _ := strings.Cut(strings.TrimPrefix(line, "| "), " | ")
			return strings.Contains(action, fmt.Sprintf("`%s`", row[0])) && strings.Contains(arguments, fmt.Sprintf("`%s`", row[1]))
		})
		if !told {
			c.t.Errorf("%s has the argument %s, and the page does not say so", row[0], row[1])
		}
	}
}

// checkChangedLine changes one line that holds, and looks whether the last steps
// see it.
func (c *centre) checkChangedLine(p formattest.Place) {
	c.t.Helper()
	seq, _, found := strings.Cut(p.File(c.t, "facts"), " holds")
	if !found {
		c.t.Fatal("no line holds")
	}
	seq = seq[strings.LastIndex(seq, "\n")+1:]
	blocks := formattest.Blocks(c.t, "sh "+formattest.Batch)
	script := fmt.Sprintf("cd \"$WORK\"; rm lines.sqlite; schema=records.sql\nsqlite3 records.sqlite \"UPDATE facts SET reason = 'another' WHERE seq = %s\"\n%s", seq, blocks[len(blocks)-1])
	out, err := formattest.Shell(c.t, script, p.Variables(c.t))
	if err != nil || !strings.Contains(out, seq+" differs\n") || strings.Count(out, "differs") != 1 {
		c.t.Errorf("line %s was changed: %v\n%s", seq, err, out)
	}
}
