package webkit

import "context"

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
