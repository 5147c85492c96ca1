package transport

import (
	"net/http"

	"github.com/gofiber/fiber/v2"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/intake"
	"kaodian/app/centre/rehearsal"
	"kaodian/app/centre/store"
	"kaodian/app/centre/timekeeper"
	"kaodian/app/centre/upload"
	"kaodian/app/exam"
	"kaodian/app/webkit"
)

// statuses says which HTTP status a refusal of the centre has; what is not in
// it is webkit's, or 409, «not as things stand».
var statuses = map[refusal.Code]int{
	exam.UploadNotFound:      http.StatusNotFound,
	exam.DeviceNotAllowed:    http.StatusForbidden,
	exam.RoleNotAllowed:      http.StatusForbidden,
	exam.UploadTooLarge:      http.StatusRequestEntityTooLarge,
	exam.UploadEmpty:         http.StatusBadRequest,
	exam.GuardianMissing:     http.StatusUnprocessableEntity,
	exam.ReasonMissing:       http.StatusUnprocessableEntity,
	exam.ReasonTooLong:       http.StatusUnprocessableEntity,
	exam.ExtraTimeInvalid:    http.StatusUnprocessableEntity,
	exam.CategoryUnknown:     http.StatusUnprocessableEntity,
	exam.DocumentUnknown:     http.StatusUnprocessableEntity,
	exam.MarkIncomplete:      http.StatusUnprocessableEntity,
	exam.WindowInvalid:       http.StatusUnprocessableEntity,
	store.ScanUnreadable:     http.StatusUnprocessableEntity,
	store.ScanTooLarge:       http.StatusRequestEntityTooLarge,
	intake.ArchiveBroken:     http.StatusUnprocessableEntity,
	intake.ArchiveMany:       http.StatusUnprocessableEntity,
	intake.NoRoom:            http.StatusInsufficientStorage,
	intake.PreviewGone:       http.StatusNotFound,
	intake.TooLarge:          http.StatusRequestEntityTooLarge,
	rehearsal.NotRunning:     http.StatusNotFound,
	store.ParcelReason:       http.StatusUnprocessableEntity,
	store.CommitteeMissing:   http.StatusUnprocessableEntity,
	store.CommitteeTooLong:   http.StatusUnprocessableEntity,
	store.MeetingInvalid:     http.StatusUnprocessableEntity,
	store.PhraseEmpty:        http.StatusUnprocessableEntity,
	store.PhraseTooLong:      http.StatusUnprocessableEntity,
	store.ClipFreed:          http.StatusGone,
	store.SecondNeeded:       http.StatusForbidden,
	store.SecondSame:         http.StatusForbidden,
	store.SecondNotAllowed:   http.StatusForbidden,
	exam.TurnNotThere:        http.StatusUnprocessableEntity,
	store.SettingText:        http.StatusUnprocessableEntity,
	store.SettingWifiName:    http.StatusUnprocessableEntity,
	store.SettingZone:        http.StatusUnprocessableEntity,
	store.SettingZoneFixed:   http.StatusConflict,
	store.SettingSpan:        http.StatusUnprocessableEntity,
	store.SettingNumber:      http.StatusUnprocessableEntity,
	store.SettingSwitch:      http.StatusUnprocessableEntity,
	store.SettingSchedule:    http.StatusUnprocessableEntity,
	store.SettingPassword:    http.StatusUnprocessableEntity,
	store.SettingAddress:     http.StatusUnprocessableEntity,
	store.SettingMoved:       http.StatusConflict,
	store.BackupKeyWrong:     http.StatusUnprocessableEntity,
	store.BackupPlaceWrong:   http.StatusUnprocessableEntity,
	store.BackupKeyExposed:   http.StatusForbidden,
	store.EnrolmentInvalid:   http.StatusUnprocessableEntity,
	store.LoanPhoneNameEmpty: http.StatusUnprocessableEntity,
	store.LoanLinkNotValid:   http.StatusNotFound,
	store.PassUsed:           http.StatusUnauthorized,
	store.PassNotValid:       http.StatusUnauthorized,
	timekeeper.DateInvalid:   http.StatusUnprocessableEntity,
	timekeeper.DateFar:       http.StatusConflict,
	upload.LengthMismatch:    http.StatusBadRequest,
	upload.ChecksumMismatch:  460,               // tus: the chunk arrived damaged
	upload.Failed:            http.StatusLocked, // another request holds the upload
}

func init() { webkit.SetSideStatus(statusOf) }

func statusOf(refused *refusal.Error) int {
	if refused.Code == upload.Failed && refused.Args["reason"] == "cut" {
		return http.StatusBadRequest
	}
	return statuses[refused.Code]
}

// WriteProblem answers with a problem document. If the request's body was not
// read to its end, the rest is read on for a moment, so that the phone gets to
// see the answer.
func WriteProblem(c *fiber.Ctx, err error) error {
	readOn(c)
	return webkit.WriteProblem(c, err)
}
