package doctor

import (
	"context"
	"errors"
	"fmt"

	"kaodian/app/base/audit"
)

// audit walks the audit log, and asks its witness.
func (p *Machine) audit(ctx context.Context) Check {
	if p.opened == nil {
		return unseen()
	}
	lines, err := p.opened.Audit(ctx)
	switch {
	case errors.Is(err, audit.ErrCut):
		return isWrong(err, "if a backup was restored: "+p.Type("audit accept --reason TEXT")+"; else find out who had this machine").as(AuditCut)
	case errors.Is(err, audit.ErrUnproved) && !errors.Is(err, audit.ErrChanged):
		return needsAttention("the log is whole, and an erasure of a person is not at its end yet",
			"leave the server on, it ends by itself when nobody is in an exam; or "+p.Type("erase --go-on")+", which says what it waits for").as(AuditErasing)
	case err != nil && !errors.Is(err, audit.ErrChanged):
		return isWrong(fmt.Errorf("the audit log could not be checked: %w", err), "see to the disk, then run this again").as(AuditUnread)
	case err != nil:
		return isWrong(err, "find out who had this machine, and compare with what the province has").as(AuditChanged)
	}
	return isGood("%d lines, unbroken, none missing at the end", lines).as(AuditGood).counting(int64(lines))
}
