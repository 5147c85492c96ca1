package store

import "kaodian/app/base/audit"

// The actions of the audit log beside those of accounts.
const (
	ActionAuditExported    audit.Action = "audit_exported"
	ActionAuditGapAccepted audit.Action = "audit_gap_accepted"
	ActionBatchCountsAgain audit.Action = "batch_counts_again"
	ActionBatchSetAside    audit.Action = "batch_set_aside"
	ActionCentreInvited    audit.Action = "centre_invited"
	ActionCentreNamed      audit.Action = "centre_named"
	ActionCentreRevoked    audit.Action = "centre_revoked"
	ActionErasureApplied   audit.Action = "erasure_applied"
	ActionEvidenceViewed   audit.Action = "evidence_viewed"
	ActionInstallEnrolled  audit.Action = "install_enrolled"
	ActionLogin            audit.Action = "login"
	ActionParcelPublished  audit.Action = "parcel_published"
	ActionPhotoViewed      audit.Action = "photo_viewed"
	ActionVideoViewed      audit.Action = "video_viewed"
)
