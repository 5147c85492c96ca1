package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"kaodian/app/base/audit"
	"kaodian/app/province/store"
	"kaodian/app/webkit"
)

func (s *Server) auditRoutes() []route {
	return []route{
		webkit.Call(http.MethodGet, "/api/v1/audit", heads, "Whether the audit log is what was written", webkit.GetAudit(s.Audit)),
		webkit.Call(http.MethodGet, "/api/v1/audit/lines", heads, "Lines of the audit log, newest first", s.listAudit),
		webkit.Call(http.MethodGet, "/api/v1/audit/choices", heads, "What the log can be searched for", s.auditChoices),
		webkit.Native(http.MethodGet, "/api/v1/audit/export", heads, "The lines that a filter chooses, as CSV or XLSX; noted", s.exportAudit),
	}
}

type auditQuery struct {
	By     string    `query:"by" maxLength:"64"`
	Action string    `query:"action" maxLength:"64"`
	Text   string    `query:"text" maxLength:"100" doc:"A piece of what it was done to, of its details or of a name"`
	From   time.Time `query:"from"`
	To     time.Time `query:"to"`
	Before int64     `query:"before" minimum:"0" doc:"The last page's next"`
}

func (q auditQuery) filter() store.AuditFilter {
	return store.AuditFilter{By: q.By, Action: audit.Action(q.Action), Text: strings.TrimSpace(q.Text), From: q.From, To: q.To, Before: q.Before}
}

type auditLineBody struct {
	Seq     int64          `json:"seq"`
	At      time.Time      `json:"at"`
	Action  string         `json:"action"`
	By      string         `json:"by,omitempty" doc:"Missing of what the program did by itself"`
	Subject string         `json:"subject,omitempty" doc:"What it was done to"`
	Args    map[string]any `json:"args"`
}

type auditLinesOutput struct {
	Body struct {
		Lines []auditLineBody `json:"lines"`
		Next  int64           `json:"next,omitempty" doc:"Where the next page begins; missing on the last"`
	}
}

// auditPage is how many lines a page has.
const auditPage = 50

func (s *Server) listAudit(ctx context.Context, in *auditQuery) (*auditLinesOutput, error) {
	lines, err := s.Store.ListAuditLines(ctx, in.filter(), auditPage+1)
	out := &auditLinesOutput{}
	out.Body.Lines = []auditLineBody{}
	if len(lines) > auditPage {
		lines = lines[:auditPage]
		out.Body.Next = lines[auditPage-1].Seq
	}
	for _, line := range lines {
		body := auditLineBody{Seq: line.Seq, At: line.At, Action: string(line.Action), By: line.By, Subject: line.Subject, Args: line.Args}
		if body.Args == nil {
			body.Args = map[string]any{}
		}
		out.Body.Lines = append(out.Body.Lines, body)
	}
	return out, err
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
	out.Body.Actions, out.Body.Names = append([]string{}, out.Body.Actions...), append([]string{}, out.Body.Names...)
	return out, err
}

var exportHead = []string{"序号 line", "时间 time", "操作 action", "操作人 by", "对象 subject", "详情 details"}

// exportAudit notes the export before a byte of it leaves.
func (s *Server) exportAudit(c *fiber.Ctx) error {
	filter, err := filterOf(c)
	if err != nil {
		return err
	}
	rows, err := s.exportRows(c.UserContext(), filter)
	if err != nil {
		return err
	}
	kind := webkit.ListKind(c)
	err = s.Store.Audit(c.UserContext(), store.Entry{
		Action: store.ActionAuditExported, By: callerOf(c.UserContext()).user.Name,
		Args: map[string]any{"format": kind, "lines": len(rows)},
	})
	if err != nil {
		return err
	}
	return webkit.SendList(c, kind, webkit.List{
		Name: "kaodian-province-audit-" + s.Store.Now().Format("20060102-1504"), Sheet: "操作记录 Audit log", Heads: exportHead, Rows: rows,
	})
}

func filterOf(c *fiber.Ctx) (store.AuditFilter, error) {
	var q auditQuery
	err := webkit.ReadQuery(c,
		map[string]*string{"by": &q.By, "action": &q.Action, "text": &q.Text},
		map[string]*time.Time{"from": &q.From, "to": &q.To})
	return q.filter(), err
}

func (s *Server) exportRows(ctx context.Context, f store.AuditFilter) ([][]string, error) {
	return webkit.AuditRows(func(before int64, limit int) (rows []webkit.AuditRow, err error) {
		f.Before = before
		lines, err := s.Store.ListAuditLines(ctx, f, limit)
		for _, line := range lines {
			details, wrong := webkit.AuditDetails(line.Args)
			err = errors.Join(err, wrong)
			rows = append(rows, webkit.AuditRow{Seq: line.Seq, Cells: []string{
				fmt.Sprint(line.Seq), line.At.Format(time.RFC3339), string(line.Action), line.By, line.Subject, details,
			}})
		}
		return rows, err
	})
}
