package staff

import (
	"context"
	"net/http"

	"kaodian/app/base/table"
	"kaodian/app/centre/web/access"
	"kaodian/app/roster"
	"kaodian/app/webkit"
)

func (s *Server) sampleRoutes() []access.Route {
	return []access.Route{
		webkit.Call(http.MethodGet, "/api/v1/staff/imports/columns", access.Desk, "What an order list must have: its columns, with an example", s.listColumns),
		webkit.Call(http.MethodGet, "/api/v1/staff/imports/sample", access.Desk, "An order list to begin with, as a workbook", s.getSample),
	}
}

type columnBody struct {
	Column  string      `json:"column" doc:"The heading in English"`
	Chinese string      `json:"chinese" doc:"The heading in Chinese"`
	Need    roster.Need `json:"need" enum:"cell,column,not" doc:"Every row fills it in; the column is there; it may be missing"`
	Example string      `json:"example"`
}

type columnsOutput struct{ Body []columnBody }

func (s *Server) listColumns(context.Context, *struct{}) (*columnsOutput, error) {
	out := &columnsOutput{Body: []columnBody{}}
	for _, h := range s.headings() {
		out.Body = append(out.Body, columnBody{Column: h.English, Chinese: h.Chinese, Need: h.Need, Example: h.Example})
	}
	return out, nil
}

// headings show their example by the centre's clock.
func (s *Server) headings() []roster.Heading {
	return roster.OrderHeadings(s.Store.Now().In(s.Store.Rules().Location))
}

var needWords = map[roster.Need]string{
	roster.NeedCell:   "每行必填 every row",
	roster.NeedColumn: "列必须有，可以空着 the column must be there, a cell may be empty",
	roster.NeedNot:    "可以没有 may be missing",
}

// getSample is a list with one example, and a sheet that says what each column
// must have. It says both languages, because whoever gets it has no switch.
func (s *Server) getSample(context.Context, *struct{}) (*workbookOutput, error) {
	list := table.Sheet{Name: "名单 Orders"}
	about := table.Sheet{Name: "说明 About", Heads: []string{"列 column", "要求 need", "例子 example"}, Widths: []float64{28, 52, 44}}
	row := []any{}
	for _, h := range s.headings() {
		list.Heads, list.Widths, row = append(list.Heads, h.Label()), append(list.Widths, columnWidth), append(row, h.Example)
		about.Rows = append(about.Rows, []any{h.Label(), needWords[h.Need], h.Example})
	}
	list.Rows = [][]any{row}
	file, err := table.Write([]table.Sheet{list, about})
	return &workbookOutput{Type: webkit.WorkbookType, Disposition: `attachment; filename="kaodian-orders.xlsx"`, Body: file}, err
}

// columnWidth shows a heading in both languages.
const columnWidth = 24
