package staff_test

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"testing"

	"github.com/xuri/excelize/v2"

	"kaodian/app/centre/web/staff"
	"kaodian/app/centre/web/webtest"
	"kaodian/app/exam"
)

// marked is a submitted order with one of its two items marked, and the whole.
func marked(c *webtest.Centre) (order, clip string) {
	c.T.Helper()
	order, clip, _ = c.FinalOrder()
	give(c, order, "1", exam.LevelGood)
	give(c, order, "", exam.LevelExcellent)
	return order, clip
}

func give(c *webtest.Centre, order, item string, level exam.Level) {
	c.T.Helper()
	mark := exam.Mark{ItemID: item, Level: level, Remarks: "踏板太多", By: exam.Actor{Role: exam.ByStaff, Name: "考官甲"}}
	if item != "" {
		mark.Technique, mark.Tempo, mark.Interpretation = level, level, level
	}
	webtest.Must(c.T, c.GiveMark(c.T.Context(), order, mark))
}

func results(p *webtest.Phone, query string) (body staff.ResultsBody) {
	p.T.Helper()
	p.Want(http.StatusOK, "GET", "/api/v1/staff/results?"+query, nil, &body)
	return body
}

// The page tells what each order comes to and what is missing; it filters and
// pages on the server (R21).
func TestR21TheResultsOfADay(t *testing.T) {
	c := webtest.New(t)
	order, _ := marked(c)
	desk := c.Staff("administrator")
	all := results(desk, "")
	if all.Count != 2 || all.All != 2 || len(all.Results) != 2 {
		t.Fatalf("%+v", all)
	}
	complete := results(desk, "sort=complete")
	if complete.Count != 1 || complete.All != 2 || complete.Results[0].OrderID != order || complete.Results[0].Outcome != "excellent" {
		t.Fatalf("%+v", complete)
	}
	if items := complete.Results[0].Items; len(items) != 2 || items[0].Level != exam.LevelGood || items[1].State != exam.ItemMissing {
		t.Errorf("%+v", items)
	}
	open := results(desk, "sort=not_final")
	if open.Count != 1 || open.Results[0].Outcome != "" || !slices.Equal(open.Results[0].Gaps, []exam.Gap{exam.GapNotFinal}) {
		t.Errorf("%+v", open)
	}
	if page := results(desk, "from=1&limit=1"); page.Count != 2 || len(page.Results) != 1 || page.Results[0].OrderID != all.Results[1].OrderID {
		t.Errorf("%+v", page)
	}
	if found := results(desk, "who=ticket-77"); found.All != 1 || found.Results[0].OrderID != order {
		t.Errorf("%+v", found)
	}
	if lost := results(desk, "sort=unmarkable&grade=3"); lost.Count != 1 {
		t.Errorf("%+v", lost)
	}
}

// A decision takes its place in the result: with its reason (R20).
func TestR20ADisqualifiedOrderComesToThat(t *testing.T) {
	c := webtest.New(t)
	order, _ := marked(c)
	_, err := c.Apply(t.Context(), order, exam.Decide{ID: "decision-1", Kind: exam.Disqualify, Reason: "替考", By: exam.Actor{Role: exam.ByStaff, Name: "li"}})
	webtest.Must(t, err)
	row := results(c.Staff("administrator"), "order="+order).Results[0]
	if row.Outcome != exam.OutcomeDisqualified || row.Reason != "替考" || row.Items[0].Level != exam.LevelGood {
		t.Errorf("%+v", row)
	}
}

// The results leave the house as text and nothing else.
func TestTheResultsAreExportedWithoutFormulas(t *testing.T) {
	c := webtest.New(t)
	order, _ := marked(c)
	_, err := c.Apply(t.Context(), order, exam.Decide{ID: "decision-1", Kind: exam.Disqualify, Reason: "=HYPERLINK(1)", By: exam.Actor{Role: exam.ByStaff, Name: "li"}})
	webtest.Must(t, err)
	desk := c.Staff("administrator")
	answer, err := desk.Client.Get(c.URL + "/api/v1/staff/results/workbook?sort=complete&who=" + webtest.Personal["ticket"] + "&order=" + order)
	webtest.Must(t, err)
	defer answer.Body.Close()
	file, err := io.ReadAll(answer.Body)
	webtest.Must(t, err)
	book, err := excelize.OpenReader(bytes.NewReader(file))
	webtest.Must(t, err)
	defer book.Close()
	rows, err := book.GetRows("成绩 Results")
	webtest.Must(t, err)
	if len(rows) != 2 || rows[1][0] != webtest.Personal["ticket"] || rows[1][5] != "取消考级资格 disqualified" || rows[1][6] != "'=HYPERLINK(1)" {
		t.Errorf("%q", rows)
	}
	items, err := book.GetRows("各科目 Items")
	webtest.Must(t, err)
	if len(items) != 3 || items[1][5] != "良好 good" || items[2][4] != "没有视频 no video" {
		t.Errorf("%q", items)
	}
	if noted := c.Notes("results_exported"); !slices.Equal(noted, []string{"administrator"}) {
		t.Error(noted)
	}
	var args string
	webtest.Must(t, c.DB().QueryRowContext(t.Context(), "SELECT args FROM audit WHERE action = 'results_exported'").Scan(&args))
	if want := `{"filter":"` + webtest.Personal["ticket"] + `","orders":1,"sort":"complete","tickets":["` + webtest.Personal["ticket"] + `"]}`; args != want {
		t.Errorf("noted with %s", args)
	}
}
