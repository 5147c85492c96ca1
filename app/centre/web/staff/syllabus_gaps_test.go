package staff_test

import (
	"io"
	"net/http"
	"slices"
	"testing"

	"kaodian/app/centre/store"
	"kaodian/app/centre/web/staff"
	"kaodian/app/centre/web/webtest"
	"kaodian/app/exam"
	"kaodian/app/roster"
)

// warned are the warnings of a preview: those of the file, then those of its rows.
func warned(body staff.PreviewBody, code roster.Code) (file, rows int) {
	of := func(list []staff.ProblemBody) int {
		return len(slices.DeleteFunc(slices.Clone(list), func(p staff.ProblemBody) bool { return p.Code != string(code) || !p.Warning }))
	}
	for _, row := range body.Rows {
		rows += of(row.Problems)
	}
	return of(body.Problems), rows
}

// pianoSyllabus has a row for every grade of the piano.
func pianoSyllabus(c *webtest.Centre) {
	item := store.SyllabusItem{Subject: "钢琴", GradeFrom: 1, GradeTo: 10, ItemSpec: exam.ItemSpec{Name: "乐曲", Kind: exam.ItemPiece}}
	webtest.Must(c.T, c.ImportSyllabus(c.T.Context(), []store.SyllabusItem{item}, nil))
}

func TestAnOrderThatTheSyllabusHasNoRowForIsWarnedOf(t *testing.T) {
	c := webtest.New(t)
	desk := c.Staff("invigilator")
	var gaps staff.GapsBody
	look := func() staff.GapsBody {
		gaps = staff.GapsBody{}
		desk.Want(200, "GET", "/api/v1/staff/syllabus/gaps", nil, &gaps)
		return gaps
	}
	first := preview(desk, listRow("A1", "李静", "3"), listRow("A2", "王静", "4"))
	if file, rows := warned(first, roster.SyllabusNone); file != 1 || rows != 0 || first.Bad {
		t.Errorf("without any syllabus: %d, %d in rows, bad %v", file, rows, first.Bad)
	}
	take(desk, first, false)
	if look(); !gaps.Empty || gaps.Orders != 2 {
		t.Errorf("without any syllabus: %+v", gaps)
	}

	item := store.SyllabusItem{Subject: "钢琴", GradeFrom: 3, GradeTo: 3, ItemSpec: exam.ItemSpec{Name: "乐曲", Kind: exam.ItemPiece}}
	webtest.Must(t, c.ImportSyllabus(t.Context(), []store.SyllabusItem{item}, nil))
	if look(); gaps.Empty || gaps.Orders != 1 || len(gaps.Gaps) != 1 || gaps.Gaps[0].Grade != 4 || !slices.Equal(gaps.Subjects, []string{"钢琴"}) {
		t.Errorf("with one: %+v", gaps)
	}
	again := preview(desk, listRow("A1", "李静", "3"), listRow("A2", "王静", "4"), listRow("A3", "张三", "5"), listRow("A4", "赵四", "eleven"))
	if file, rows := warned(again, roster.SyllabusLacks); file != 0 || rows != 2 || again.Counts["warned"] != 2 {
		t.Errorf("with one: %d, %d in rows, %v", file, rows, again.Counts)
	}

	var body staff.HandBody
	desk.Want(200, "POST", "/api/v1/staff/orders", byHand(map[string]any{"subject": "声乐"}), &body)
	if body.Taken || problemsSaid(body) != "grade:syllabus_lacks" {
		t.Errorf("by hand: %+v", body)
	}
	desk.Want(200, "POST", "/api/v1/staff/orders", byHand(map[string]any{"subject": "声乐", "sure": true}), &body)
	if !body.Taken || look().Orders != 2 {
		t.Errorf("by hand, all the same: %+v, %+v", body, gaps)
	}
}

func TestWhatIsLeftOutOfAListIsCountedAndNamed(t *testing.T) {
	desk := webtest.New(t).Staff("invigilator")
	read := preview(desk, listRow("A1", "李静", "3"), listRow("A2", "王静", "eleven"))
	if row := read.Rows[1]; row.Name != "王静" || row.Ticket != "A2" || row.Verdict != store.RowRefused {
		t.Errorf("%+v", row)
	}
	var taken struct{ Added, Refused int }
	desk.Want(200, "POST", "/api/v1/staff/intake/"+read.ID+"/take", map[string]any{"fingerprint": read.Fingerprint, "partial": true}, &taken)
	if taken.Added != 1 || taken.Refused != 1 {
		t.Errorf("%+v", taken)
	}
}

func TestTheSampleIsAListThatIsTakenIn(t *testing.T) {
	desk := webtest.New(t).Staff("invigilator")
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, desk.URL+"/api/v1/staff/imports/sample", nil)
	webtest.Must(t, err)
	response, err := desk.Client.Do(request)
	webtest.Must(t, err)
	defer response.Body.Close()
	sample, err := io.ReadAll(response.Body)
	webtest.Must(t, err)
	var body staff.PreviewBody
	if status, code := sendFile(desk, "/api/v1/staff/intake/orders?name=sample.xlsx", sample, &body); status != 200 || body.Bad || body.Counts["added"] != 1 {
		t.Fatalf("%d %s %+v", status, code, body)
	}
	var columns []map[string]string
	desk.Want(200, "GET", "/api/v1/staff/imports/columns", nil, &columns)
	if len(columns) != 16 || columns[0]["chinese"] != "准考证号" || columns[0]["need"] != "cell" {
		t.Errorf("%v", columns)
	}
}

// An order that was registered by hand says so, and how it goes again.
func TestAnOrderByHandIsTakenBackFromItsPage(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "1")
	desk := c.Staff("invigilator")
	var body staff.HandBody
	desk.Want(200, "POST", "/api/v1/staff/orders", byHand(map[string]any{"sure": true}), &body)
	var order, other staff.RegisteredBody
	desk.Want(200, "GET", "/api/v1/staff/orders/"+body.OrderID, nil, &order)
	desk.Want(200, "GET", "/api/v1/staff/orders/"+orderIDs(desk)["T1"], nil, &other)
	if order.HandImport == "" || other.HandImport != "" {
		t.Fatalf("%q, another %q", order.HandImport, other.HandImport)
	}
	var imports []staff.ImportBody
	desk.Want(200, "GET", "/api/v1/staff/imports", nil, &imports)
	if imports[0].Name != "H1" {
		t.Errorf("%+v", imports[0])
	}
	desk.Want(204, "POST", "/api/v1/staff/imports/"+order.HandImport+"/undo", nil, nil)
	if _, there := orderIDs(desk)["H1"]; there {
		t.Error("it is still there")
	}
}
