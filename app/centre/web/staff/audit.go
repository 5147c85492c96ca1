package staff

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"kaodian/app/base/audit"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/access"
	"kaodian/app/webkit"
)

func (s *Server) auditRoutes() []access.Route {
	return []access.Route{
		webkit.Call(http.MethodGet, "/api/v1/staff/audit", access.Machine, "Whether the audit log is what was written", webkit.GetAudit(s.Audit)),
		webkit.Call(http.MethodGet, "/api/v1/staff/audit/lines", access.Machine, "Lines of the audit log, newest first", s.listAudit),
		webkit.Call(http.MethodGet, "/api/v1/staff/audit/choices", access.Machine, "What the log can be searched for", s.auditChoices),
		webkit.Native(http.MethodGet, "/api/v1/staff/audit/export", access.Machine, "The lines that a filter chooses, as CSV or XLSX; noted", s.exportAudit),
	}
}

type auditQuery struct {
	By        string    `query:"by" maxLength:"64"`
	Action    string    `query:"action" maxLength:"64"`
	Candidate string    `query:"candidate" maxLength:"64" doc:"A ticket, or a piece of a name"`
	Text      string    `query:"text" maxLength:"100"`
	From      time.Time `query:"from"`
	To        time.Time `query:"to"`
	Before    int64     `query:"before" minimum:"0" doc:"The last page's next"`
}

func (q auditQuery) filter() store.AuditFilter {
	return store.AuditFilter{
		By: q.By, Action: audit.Action(q.Action), Candidate: strings.TrimSpace(q.Candidate), Text: strings.TrimSpace(q.Text),
		From: q.From, To: q.To, Before: q.Before,
	}
}

type auditLineBody struct {
	Seq       int64          `json:"seq"`
	At        time.Time      `json:"at"`
	Action    string         `json:"action"`
	Role      string         `json:"role"`
	By        string         `json:"by,omitempty"`
	Ticket    string         `json:"ticket,omitempty"`
	Candidate string         `json:"candidate,omitempty"`
	Reason    string         `json:"reason,omitempty"`
	Args      map[string]any `json:"args"`
}

type auditLinesOutput struct{ Body auditLinesBody }

type auditLinesBody struct {
	Lines []auditLineBody `json:"lines"`
	Next  int64           `json:"next,omitempty" doc:"Where the next page begins; missing on the last"`
}

// auditPage is how many lines a page has.
const auditPage = 50

func (s *Server) listAudit(ctx context.Context, in *auditQuery) (*auditLinesOutput, error) {
	lines, err := s.auditLines(ctx, in.filter(), auditPage+1)
	out := &auditLinesOutput{Body: auditLinesBody{Lines: []auditLineBody{}}}
	if len(lines) > auditPage {
		lines = lines[:auditPage]
		out.Body.Next = lines[auditPage-1].Seq
	}
	for _, line := range lines {
		body := auditLineBody{
			Seq: line.Seq, At: line.At, Action: string(line.Action), Role: string(line.By.Role), By: line.By.Name,
			Ticket: line.Ticket, Candidate: line.Candidate, Reason: line.Reason, Args: line.Args,
		}
		if body.Args == nil {
			body.Args = map[string]any{}
		}
		out.Body.Lines = append(out.Body.Lines, body)
	}
	return out, err
}

// auditLines are those that the filter chooses, as the caller may read them.
func (s *Server) auditLines(ctx context.Context, f store.AuditFilter, limit int) ([]store.LogLine, error) {
	f.Unsearched = unsearched(ctx)
	lines, err := s.Store.ListAuditLines(ctx, f, limit)
	return readBy(ctx, lines), err
}

type auditChoicesOutput struct {
	Body struct {
		Actions []string `json:"actions"`
		Names   []string `json:"names"`
	}
}

func (s *Server) auditChoices(ctx context.Context, _ *struct{}) (*auditChoicesOutput, error) {
	out := &auditChoicesOutput{}
	var err error
	out.Body.Actions, out.Body.Names, err = s.Store.AuditChoices(ctx)
	return out, err
}

var exportHead = []string{"序号 line", "时间 time", "操作 action", "身份 role", "操作人 by", "准考证号 ticket", "考生 candidate", "原因 reason", "详情 details"}

// exportAudit notes the export before a byte of it leaves.
func (s *Server) exportAudit(c *fiber.Ctx) error {
	filter, err := filterOf(c)
	if err != nil {
		return err
	}
	kind := webkit.ListKind(c)
	rows, err := s.exportRows(c.UserContext(), filter)
	if err != nil {
		return err
	}
	err = s.Store.Audit(c.UserContext(), store.Entry{
		Action: store.ActionAuditExported, By: access.Of(c.UserContext()).Staff(),
		Args: map[string]any{"format": kind, "lines": len(rows), "filter": filterWithoutNames(c)},
	})
	if err != nil {
		return err
	}
	return webkit.SendList(c, kind, webkit.List{
		Name: "kaodian-audit-" + s.Store.Now().Format("20060102-1504"), Sheet: "操作记录 Audit log", Heads: exportHead, Rows: rows,
	})
}

func filterOf(c *fiber.Ctx) (store.AuditFilter, error) {
	var q auditQuery
	err := webkit.ReadQuery(c,
		map[string]*string{"by": &q.By, "action": &q.Action, "candidate": &q.Candidate, "text": &q.Text},
		map[string]*time.Time{"from": &q.From, "to": &q.To})
	return q.filter(), err
}

func (s *Server) exportRows(ctx context.Context, f store.AuditFilter) ([][]string, error) {
	return webkit.AuditRows(func(before int64, limit int) (rows []webkit.AuditRow, err error) {
		f.Before = before
		lines, err := s.auditLines(ctx, f, limit)
		for _, line := range lines {
			details, wrong := webkit.AuditDetails(line.Args)
			err = errors.Join(err, wrong)
			rows = append(rows, webkit.AuditRow{Seq: line.Seq, Cells: []string{
				fmt.Sprint(line.Seq), line.At.Format("2006-01-02 15:04:05"), string(line.Action), string(line.By.Role), line.By.Name,
				line.Ticket, line.Candidate, line.Reason, details,
			}})
		}
		return rows, err
	})
}

// filterWithoutNames is the filter of an export as the log may keep it: whom
// somebody searched for is none of its business (I6).
func filterWithoutNames(c *fiber.Ctx) string {
	asked := url.Values{}
	for _, name := range []string{"action", "by", "from", "to"} {
		if value := c.Query(name); value != "" {
			asked.Set(name, strings.ToValidUTF8(value, ""))
		}
	}
	return asked.Encode()
}
