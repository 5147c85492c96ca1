package store

import "kaodian/app/base/audit"

// The actions of the audit log beside the facts of an order (exam.FactKind), and
// those of accounts.
const (
	ActionAttemptRedated      audit.Action = "attempt_redated"
	ActionAuditGapAccepted    audit.Action = "audit_gap_accepted"
	ActionBatchSealed         audit.Action = "batch_sealed"
	ActionClockReset          audit.Action = "clock_reset"
	ActionClockSet            audit.Action = "clock_set"
	ActionDeviceAllowed       audit.Action = "device_allowed"
	ActionDeviceWithdrawn     audit.Action = "device_withdrawn"
	ActionDiskFailureSeen     audit.Action = "disk_failure_seen"
	ActionEmergencyOrder      audit.Action = "emergency_order"
	ActionEvidenceViewed      audit.Action = "evidence_viewed"
	ActionIDNumberViewed      audit.Action = "id_number_viewed"
	ActionIdentityViewed      audit.Action = "identity_viewed"
	ActionInvitationUsed      audit.Action = "invitation_used"
	ActionInvitationWithdrawn audit.Action = "invitation_withdrawn"
	ActionInvited             audit.Action = "invited"
	ActionImportUndone        audit.Action = "import_undone"
	ActionJobRetried          audit.Action = "job_retried"
	ActionLoginUnlocked       audit.Action = "login_unlocked"
	ActionOrderByHand         audit.Action = "order_by_hand"
	ActionOrdersExported      audit.Action = "orders_exported"
	ActionOrdersImported      audit.Action = "orders_imported"
	ActionPassCreated         audit.Action = "pass_created"
	ActionPassUsed            audit.Action = "pass_used"
	ActionPhotoViewed         audit.Action = "photo_viewed"
	ActionPhotosImported      audit.Action = "photos_imported"
	ActionRegistrationChanged audit.Action = "registration_changed"
	ActionSendNow             audit.Action = "send_now"
	ActionSheetViewed         audit.Action = "sheet_viewed"
	ActionStaffLogin          audit.Action = "staff_login"
	ActionSyllabusImported    audit.Action = "syllabus_imported"
	ActionVideoViewed         audit.Action = "video_viewed"
)
