package webkit

import (
	"context"
	"encoding/json"
	"strings"
)

// Audit is what the pages need of whoever watches the audit log.
type Audit interface{ State() AuditState }

// AuditState is what is wrong with the audit log.
type AuditState struct {
	Broken bool `json:"broken" doc:"The log is not what was written"`
	Cut    bool `json:"cut" doc:"Lines are missing at its end, as after a restored backup; else a line was changed"`
	// What could not be read or written is no sign that anybody changed the log.
	Unchecked bool   `json:"unchecked,omitempty" doc:"The log could not be checked"`
	Full      bool   `json:"full,omitempty" doc:"Because the disk is full"`
	Detail    string `json:"detail,omitempty" doc:"For whoever looks closer"`
}

// AuditOutput answers with it.
type AuditOutput struct{ Body AuditState }

// GetAudit answers how the log stands.
func GetAudit(log Audit) func(context.Context, *struct{}) (*AuditOutput, error) {
	return func(context.Context, *struct{}) (*AuditOutput, error) {
		return &AuditOutput{Body: log.State()}, nil
	}
}

const (
	// maxExport is how many lines of the log one export has, the newest.
	maxExport  = 200_000
	exportStep = 2000
)

// AuditRow is a line of the log as an export has it.
type AuditRow struct {
	Seq   int64
	Cells []string
}

// AuditRows are the rows of an export: page lists at most that many lines before
// that one, newest first, all of them before 0.
func AuditRows(page func(before int64, limit int) ([]AuditRow, error)) (rows [][]string, err error) {
	before := int64(0)
	for len(rows) < maxExport {
		lines, err := page(before, exportStep)
		if err != nil {
			return nil, err
		}
		for _, line := range lines {
			rows, before = append(rows, line.Cells), line.Seq
		}
		if len(lines) < exportStep {
			break
		}
	}
	return rows, nil
}

// AuditDetails are a line's arguments as one cell.
func AuditDetails(args map[string]any) (string, error) {
	details, err := json.Marshal(args)
	return strings.Trim(string(details), "{}"), err
}
