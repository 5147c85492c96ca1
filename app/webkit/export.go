package webkit

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"

	"kaodian/app/base/table"
)

// WorkbookType is the media type of a workbook.
const WorkbookType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// List is a list that leaves as a file.
type List struct {
	Name  string // of the file, without its ending
	Sheet string // of the workbook
	Heads []string
	Rows  [][]string
}

// ListKind is the kind of file that a request asks for with as=: csv or xlsx.
func ListKind(c *fiber.Ctx) string {
	if c.Query("as") == "xlsx" {
		return "xlsx"
	}
	return "csv"
}

// SendList answers with the list as a file of that kind; no cell is a formula.
func SendList(c *fiber.Ctx, kind string, list List) error {
	c.Set(fiber.HeaderContentDisposition, fmt.Sprintf(`attachment; filename="%s.%s"`, list.Name, kind))
	c.Set(fiber.HeaderCacheControl, "no-store")
	if kind == "csv" {
		c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
		var out bytes.Buffer
		if err := table.CSV(&out, append([][]string{list.Heads}, list.Rows...)); err != nil {
			return err
		}
		return c.Send(out.Bytes())
	}
	c.Set(fiber.HeaderContentType, WorkbookType)
	file, err := table.Write([]table.Sheet{{Name: list.Sheet, Heads: list.Heads, Rows: cellsOf(list.Rows)}})
	if err != nil {
		return err
	}
	return c.Send(file)
}

func cellsOf(rows [][]string) (cells [][]any) {
	for _, row := range rows {
		line := make([]any, len(row))
		for i, text := range row {
			line[i] = text
		}
		cells = append(cells, line)
	}
	return cells
}

// maxSearch is how much a native route is searched for, in bytes.
const maxSearch = 400

// ReadQuery reads texts and times of a native route's query into where they
// belong: "" and the zero time where the query has none.
func ReadQuery(c *fiber.Ctx, texts map[string]*string, times map[string]*time.Time) error {
	var errs []error
	for name, into := range texts {
		if *into = c.Query(name); len(*into) > maxSearch {
			errs = append(errs, Wrong(http.StatusUnprocessableEntity, "what is searched for is too long"))
		}
	}
	for name, into := range times {
		text := c.Query(name)
		if text == "" {
			continue
		}
		var err error
		if *into, err = time.Parse(time.RFC3339, text); err != nil {
			errs = append(errs, Wrong(http.StatusUnprocessableEntity, name+" is no time as in RFC 3339"))
		}
	}
	return errors.Join(errs...)
}
