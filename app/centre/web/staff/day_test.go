package staff_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"kaodian/app/centre/store"
	"kaodian/app/centre/web"
	"kaodian/app/centre/web/webtest"
	"kaodian/app/exam"
)

type dayOrder struct {
	Name, Ticket, Status string
	Clips, Items         int
	Irregular            []string
	Desk                 bool
}

type dayAnswer struct {
	Registered, Open, Difference int
	Centre                       string
	Counts                       []struct {
		Status string
		Count  int
	}
	Notices []struct {
		Notice string
		Count  int
	}
}

func (d dayAnswer) count(status string) int {
	for _, one := range d.Counts {
		if one.Status == status {
			return one.Count
		}
	}
	return -1
}

// busyDay has one submitted with one of two clips, one timed out without any,
// one disqualified by a name that looks like a formula, and one absent.
func busyDay(t *testing.T) *webtest.Centre {
	c := webtest.New(t, func(config *web.Config) { config.Staff.CentreName = func() string { return "济南一号考点" } })
	now := c.Now()
	var list []exam.Registration
	for i, name := range []string{"诸葛小欢", "欧阳静", "=HYPERLINK(1)", "司马远"} {
		list = append(list, exam.Registration{
			Ticket: fmt.Sprint("T", i), Name: name, IDType: "护照", IDNumber: fmt.Sprint("P", i), Subject: "钢琴", Grade: 3,
			Window: exam.Window{OpensAt: now.Add(-time.Hour), ClosesAt: now.Add(2 * time.Hour)},
			Pieces: []exam.Piece{{Item: "练习曲", Title: "车尔尼 599"}, {Item: "乐曲", Title: "小步舞曲"}},
		})
	}
	_, err := c.ImportOrders(t.Context(), list, false, false)
	webtest.Must(t, err)
	one, two, three := c.Candidate("T0", "P0"), c.Candidate("T1", "P1"), c.Candidate("T2", "P2")
	first := one.Start()
	one.Upload(first.ID, "1", "a video")
	one.Want(200, "POST", "/api/v1/attempts/"+first.ID+"/submit", nil, nil)
	two.Start()
	cheat := three.Start()
	err = c.Decide(t.Context(), cheat.OrderID, exam.Decide{ID: "d", Kind: exam.Disqualify, Reason: "+替考", By: exam.Actor{Role: exam.ByStaff, Name: "li"}}, false)
	webtest.Must(t, err)
	c.Clock.Advance(3 * time.Hour)
	return c
}

func TestTheDayAddsUpAndNamesWhoIsBehindEachNumber(t *testing.T) {
	c := busyDay(t)
	for _, role := range []string{"administrator", "invigilator"} {
		p := c.StaffNamed(role, map[string]store.User{"administrator": {Role: store.Administrator}, "invigilator": {Role: store.Invigilator}}[role].Role)
		var day dayAnswer
		p.Want(200, "GET", "/api/v1/staff/day?day=2026-08-03", nil, &day)
		if day.Registered != 4 || day.Difference != 0 || day.Open != 0 || day.Centre != "济南一号考点" {
			t.Errorf("%s: %+v", role, day)
		}
		names := map[string]string{"submitted": "诸葛小欢", "forfeited": "欧阳静", "disqualified": "=HYPERLINK(1)", "absent": "司马远"}
		for status, name := range names {
			var behind struct {
				Count  int
				Orders []dayOrder
			}
			p.Want(200, "GET", "/api/v1/staff/day/orders?day=2026-08-03&status="+status, nil, &behind)
			if day.count(status) != 1 || behind.Count != 1 || behind.Orders[0].Name != name || behind.Orders[0].Status != status {
				t.Errorf("%s: %d, behind it %+v", status, day.count(status), behind)
			}
		}
		var missing struct{ Orders []dayOrder }
		p.Want(200, "GET", "/api/v1/staff/day/orders?notice=missing_items", nil, &missing)
		if len(missing.Orders) != 1 || missing.Orders[0].Clips != 1 || missing.Orders[0].Items != 2 {
			t.Errorf("missing: %+v", missing)
		}
		p.Want(200, "GET", "/api/v1/staff/day?day=2026-08-04", nil, &day)
		if day.Registered != 0 {
			t.Errorf("on another day: %+v", day)
		}
		p.Want(422, "GET", "/api/v1/staff/day?day=2026-13-40", nil, nil)
	}
}

func TestTheRecordOfTheDayIsNoted(t *testing.T) {
	c := busyDay(t)
	var record struct {
		Orders        []dayOrder
		Interventions []struct{ Action, Reason, By, Kind string }
		Staff         []struct {
			Name, Role string
			Acts       int
		}
	}
	c.Staff("invigilator").Want(200, "GET", "/api/v1/staff/day/record?day=2026-08-03", nil, &record)
	if len(record.Orders) != 4 || len(record.Interventions) != 1 || record.Interventions[0].Reason != "+替考" || record.Interventions[0].Kind != "disqualified" {
		t.Errorf("%+v", record)
	}
	if len(record.Staff) != 2 || record.Staff[0].Name != "invigilator" || record.Staff[0].Role != "invigilator" {
		t.Errorf("staff: %+v", record.Staff)
	}
	wantNoted(t, c, "day_recorded", `{"day":"2026-08-03","orders":4}`)
}

// An irregularity is in the record with its category, one that was taken back
// as such; the workbook says the same (R31).
func TestR31IrregularitiesAreInTheRecordAndItsWorkbook(t *testing.T) {
	c := busyDay(t)
	var id string
	webtest.Must(t, c.DB().QueryRowContext(t.Context(), "SELECT id FROM orders WHERE ticket = 'T0'").Scan(&id))
	by := exam.Actor{Role: exam.ByStaff, Name: "li"}
	for _, event := range []exam.Event{
		exam.NoteIrregularity{ID: "a", Category: "power_cut", Remark: "停了十分钟", By: by},
		exam.NoteIrregularity{ID: "b", Category: "prompted", Remark: "看了谱", By: by},
		exam.UndoIrregularity{ID: "b", By: by, Reason: "看错了"},
	} {
		_, err := c.Apply(t.Context(), id, event)
		webtest.Must(t, err)
	}
	p := c.Staff("invigilator")
	var record struct {
		Day           dayAnswer
		Orders        []dayOrder
		Interventions []struct {
			Action, Reason, Category, Role string
			Undone                         bool
		}
	}
	p.Want(200, "GET", "/api/v1/staff/day/record", nil, &record)
	var told []string
	for _, one := range record.Interventions[1:] {
		told = append(told, fmt.Sprint(one.Action, " ", one.Category, " ", one.Reason, " ", one.Undone))
	}
	want := []string{"irregularity_noted power_cut 停了十分钟 false", "irregularity_noted prompted 看了谱 true", "irregularity_undone prompted 看错了 false"}
	if !slices.Equal(told, want) {
		t.Errorf("%q, want %q", told, want)
	}
	if first := record.Orders[0]; !slices.Equal(first.Irregular, []string{"power_cut"}) || !first.Desk {
		t.Errorf("%+v", first)
	}
	if first := record.Day.Notices[0]; first.Notice != "irregular" || first.Count != 1 {
		t.Errorf("%+v", first)
	}
	book := workbookOf(t, p, "")
	people, err := book.GetRows("考生 Candidates")
	webtest.Must(t, err)
	heads, first := people[0], people[1]
	if at := slices.Index(heads, "异常 irregularities"); first[at] != "停电 power cut：停了十分钟；看谱或有人提示 played from the score, or prompted：看了谱（已撤回 taken back）" {
		t.Errorf("%q", first[at])
	}
	if !slices.Contains(heads, "要现场核验身份 to be identified at the desk") {
		t.Errorf("says that somebody was identified: %q", heads)
	}
	events, err := book.GetRows("经过 What people did")
	webtest.Must(t, err)
	if len(events) != 5 || events[3][1] != "T0" || events[3][3] != "异常记录 irregularity noted · 看谱或有人提示 played from the score, or prompted（已撤回 taken back）" || events[3][4] != "看了谱" {
		t.Errorf("%q", events)
	}
}

func TestTheWorkbookHasWordsForEveryIrregularity(t *testing.T) {
	words, err := os.ReadFile("day_words.go")
	webtest.Must(t, err)
	for _, one := range exam.IrregularityCategories() {
		if !strings.Contains(string(words), `"`+one.Name+`":`) {
			t.Errorf("no words for %s", one.Name)
		}
	}
}

// The workbook says midnight at a window's end as the pages and the ticket do.
func TestTheWorkbookEndsAWindowAtMidnightOnItsOwnDay(t *testing.T) {
	c := busyDay(t)
	midnight := time.Date(2026, 8, 4, 0, 0, 0, 0, c.Rules().Location)
	_, err := c.DB().ExecContext(t.Context(), "UPDATE orders SET window_closes = ?", midnight.UnixMilli())
	webtest.Must(t, err)
	rows, err := workbookOf(t, c.Staff("invigilator"), "").GetRows("考生 Candidates")
	webtest.Must(t, err)
	if rows[1][5] != "2026-08-03 24:00:00" {
		t.Errorf("%q", rows[1])
	}
}

func workbookOf(t *testing.T, p *webtest.Phone, query string) *excelize.File {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), "GET", p.Centre.URL+"/api/v1/staff/day/workbook?"+query, nil)
	webtest.Must(t, err)
	response, err := p.Client.Do(request)
	webtest.Must(t, err)
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	webtest.Must(t, err)
	if response.StatusCode != 200 || response.Header.Get("Content-Type") != "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" {
		t.Fatal(response.Status, response.Header)
	}
	book, err := excelize.OpenReader(bytes.NewReader(data))
	webtest.Must(t, err)
	t.Cleanup(func() { book.Close() })
	return book
}

func wantNoted(t *testing.T, c *webtest.Centre, action, args string) {
	t.Helper()
	var by, got string
	webtest.Must(t, c.DB().QueryRowContext(t.Context(), "SELECT by_name, args FROM audit WHERE action = ? ORDER BY seq DESC LIMIT 1", action).Scan(&by, &got))
	if by != "invigilator" || got != args {
		t.Errorf("%s by %q: %s, want %s", action, by, got, args)
	}
}

// The workbook opens, says what the page says, and no cell of it is a formula.
func TestTheDaysWorkbookHoldsNoFormula(t *testing.T) {
	c := busyDay(t)
	book := workbookOf(t, c.Staff("invigilator"), url.Values{"who": {"="}}.Encode())
	rows, err := book.GetRows("考生 Candidates")
	webtest.Must(t, err)
	if len(rows) != 2 || rows[1][1] != "'=HYPERLINK(1)" || rows[1][6] != "取消考级资格 disqualified" || rows[1][15] != "'+替考" {
		t.Errorf("%q", rows)
	}
	wantNoted(t, c, "day_exported", `{"orders":1}`)
}
