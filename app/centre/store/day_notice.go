package store

import (
	"slices"

	"kaodian/app/exam"
)

// Notice is something of an order that whoever closes the day looks at.
type Notice string

// The notices.
const (
	NoticeIrregular Notice = "irregular"     // an irregularity stands
	NoticeMissing   Notice = "missing_items" // submitted without a clip for every item
	NoticeBroken    Notice = "broken"        // a clip that cannot be opened
	NoticeUnseen    Notice = "unseen"        // a clip that is not examined yet
	NoticeReported  Notice = "reported"      // a decision waits for the province
	NoticeInvalid   Notice = "invalid_clips"
	NoticeVoided    Notice = "voided"
	NoticeExtra     Notice = "extra_time"
	NoticeDesk      Notice = "desk" // to be identified at the desk: no photo, or no consent, and no document was seen
	NoticeNotSent   Notice = "not_sent"
	NoticeNoAnswer  Notice = "no_receipt"
)

// AllNotices are the notices in the order in which a page lists them.
func AllNotices() []Notice {
	return []Notice{NoticeIrregular, NoticeMissing, NoticeBroken, NoticeUnseen, NoticeReported, NoticeInvalid, NoticeVoided, NoticeExtra, NoticeDesk, NoticeNotSent, NoticeNoAnswer}
}

// Has says whether there is something of that kind to look at.
func (o Standing) Has(n Notice) bool {
	submitted := o.Status == exam.StatusSubmitted || o.Status == exam.StatusAutoSubmitted
	switch n {
	case NoticeIrregular:
		return slices.ContainsFunc(o.Irregularities, func(i exam.Irregularity) bool { return i.UndoneAt.IsZero() })
	case NoticeMissing:
		return submitted && o.Clips < o.Items
	case NoticeBroken:
		return submitted && o.Broken > 0
	case NoticeUnseen:
		return submitted && o.Unseen > 0
	case NoticeReported:
		return o.Reported
	case NoticeInvalid:
		return o.InvalidClips > 0
	case NoticeVoided:
		return o.Voided > 0
	case NoticeExtra:
		return o.Extra > 0
	case NoticeDesk:
		identified := o.CheckIn != nil && o.CheckIn.Document != ""
		return o.Attempts > 0 && !identified && (!o.Photo || o.Consent == exam.ConsentDeclined)
	case NoticeNotSent:
		return o.Final && o.Travel == TravelNone
	case NoticeNoAnswer:
		return o.Travel == TravelBatch
	}
	return false
}
