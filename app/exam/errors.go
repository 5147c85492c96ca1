package exam

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Code names a refusal. It is the API's `code` and the key of the sentence
// that the pages show, so a code is never renamed.
type Code string

// The refusals of the exam. Each has one next step for the person who reads it.
const (
	NotFound           Code = "not_found"
	RulesNotAgreed     Code = "rules_not_agreed"
	RulesChanged       Code = "rules_changed"
	ConsentMissing     Code = "consent_missing"
	GuardianMissing    Code = "guardian_missing"
	WindowNotOpen      Code = "window_not_open"
	WindowClosed       Code = "window_closed"
	WindowInvalid      Code = "window_invalid"
	WindowClosesFirst  Code = "window_closes_first"
	AttemptsUsedUp     Code = "attempts_used_up"
	AttemptRunning     Code = "attempt_running"
	OtherOrderRunning  Code = "other_order_running"
	AttemptOver        Code = "attempt_over"
	AttemptNotReset    Code = "attempt_not_reset"
	OrderSubmitted     Code = "order_submitted"
	OrderFinal         Code = "order_final"
	OrderSealed        Code = "order_sealed"
	Disqualified       Code = "disqualified"
	PracticeFirst      Code = "practice_first"
	OtherDevice        Code = "other_device"
	NothingToSubmit    Code = "nothing_to_submit"
	NoResetsLeft       Code = "no_resets_left"
	ResetTooLate       Code = "reset_too_late"
	UploadLate         Code = "upload_late"
	UploadTooLarge     Code = "upload_too_large"
	UploadEmpty        Code = "upload_empty"
	BankEmpty          Code = "question_bank_empty"
	NoItems            Code = "no_items"
	SubjectChanged     Code = "subject_changed"
	GradeChanged       Code = "grade_changed"
	PersonChanged      Code = "person_changed"
	GradeInvalid       Code = "grade_invalid"
	ReasonMissing      Code = "reason_missing"
	TextInvalid        Code = "text_invalid"
	ExtraTimeInvalid   Code = "extra_time_invalid"
	AlreadyVoided      Code = "already_voided"
	AlreadyUndone      Code = "already_undone"
	AlreadyConfirmed   Code = "already_confirmed"
	DecisionInvalid    Code = "decision_invalid"
	DiskFull           Code = "disk_full"
	ChecksumMismatch   Code = "checksum_mismatch"
	OffsetMismatch     Code = "upload_offset_mismatch"
	LengthMismatch     Code = "upload_length_mismatch"
	UploadNotFound     Code = "upload_not_found"
	WrongLogin         Code = "wrong_login"
	AccountLocked      Code = "account_locked"
	TooManyTries       Code = "too_many_tries"
	LoginNeeded        Code = "login_needed"
	PassUsed           Code = "pass_used"
	PassNotValid       Code = "pass_not_valid"
	DeviceNotAllowed   Code = "device_not_allowed"
	OriginRefused      Code = "origin_refused"
	StorageFailed      Code = "storage_failed"
	UploadFailed       Code = "upload_failed"
	TooManyCalls       Code = "too_many_calls"
	TooManyConnections Code = "too_many_connections"
	ServerBusy         Code = "server_busy"
	RoleNotAllowed     Code = "role_not_allowed"
	OrderNotFinal      Code = "order_not_final"
	CategoryUnknown    Code = "category_unknown"
	MarkIncomplete     Code = "mark_incomplete"
	MarkItemMissing    Code = "mark_item_missing"
	MarkClipInvalid    Code = "mark_clip_invalid"
	MarkItemsFirst     Code = "mark_items_first"
	MarkMissingFails   Code = "mark_missing_fails"
	DateNotConfirmed   Code = "date_not_confirmed"
	DateInvalid        Code = "date_invalid"
	ClipFreed          Code = "clip_freed"
)

// Error is a refusal: a code for the translation, and what its sentence
// needs (numbers, times, names).
type Error struct {
	Code Code
	Args map[string]any
}

// Refuse makes an Error; args are key, value, key, value …
func Refuse(code Code, args ...any) *Error {
	e := &Error{Code: code}
	for i := 0; i+1 < len(args); i += 2 {
		if e.Args == nil {
			e.Args = map[string]any{}
		}
		e.Args[fmt.Sprint(args[i])] = args[i+1]
	}
	return e
}

func (e *Error) Error() string {
	if len(e.Args) == 0 {
		return string(e.Code)
	}
	var parts []string
	for _, key := range slices.Sorted(maps.Keys(e.Args)) {
		parts = append(parts, fmt.Sprintf("%s=%v", key, e.Args[key]))
	}
	return string(e.Code) + " (" + strings.Join(parts, ", ") + ")"
}

// Is makes errors.Is(err, Refuse(code)) true for every Error of that code.
func (e *Error) Is(target error) bool {
	other, ok := target.(*Error)
	return ok && other.Code == e.Code
}

// CodeOf returns the code of a refusal in err's chain, or "" when there is none.
func CodeOf(err error) Code {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return ""
}
