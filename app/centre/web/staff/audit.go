package staff

import "context"

// Audit is what the pages need of whoever watches the audit log.
type Audit interface{ State() AuditState }

// AuditState is what is wrong with the audit log.
type AuditState struct {
	Broken bool   `json:"broken" doc:"The log is not what was written"`
	Cut    bool   `json:"cut" doc:"Lines are missing at its end, as after a restored backup; else a line was changed"`
	Detail string `json:"detail,omitempty" doc:"For whoever looks closer"`
}

type auditOutput struct{ Body AuditState }

func (s *Server) getAudit(context.Context, *struct{}) (*auditOutput, error) {
	return &auditOutput{Body: s.Audit.State()}, nil
}
