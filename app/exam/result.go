package exam

import (
	"slices"
	"time"
)

// Outcome is what an order comes to: the level that the examiners gave it
// (R21), or why it has none (R17, R20).
type Outcome string

// The outcomes that are no level; the others are the levels by their names.
const (
	OutcomeAbsent       Outcome = "absent"
	OutcomeForfeited    Outcome = "forfeited"
	OutcomeDisqualified Outcome = "disqualified"
)

// IsLevel says whether it is a level that examiners gave.
func (o Outcome) IsLevel() bool { return slices.Contains(levels, Level(o)) }

// Outcomes are all of them, in the order in which a page counts them.
func Outcomes() []Outcome {
	all := []Outcome{}
	for _, level := range slices.Backward(levels) {
		all = append(all, Outcome(level))
	}
	return append(all, OutcomeAbsent, OutcomeForfeited, OutcomeDisqualified)
}

// Gap is what keeps an order from having an outcome.
type Gap string

// The gaps, in the order in which they are closed.
const (
	GapNotFinal Gap = "not_final"        // its clips may still change (R16)
	GapDecision Gap = "decision_pending" // a report waits for the province (R20)
	GapUnmarked Gap = "unmarked"         // an item that can be marked has no mark
	GapWhole    Gap = "whole_unmarked"   // its items are marked, the order as a whole is not
	GapVoice    Gap = "voice_missing"    // another examiner has to mark it too, or to finish
	GapThird    Gap = "voices_differ"    // the examiners lie too far apart: one more has to mark it
	GapChair    Gap = "chair"            // one more did not bring them together: the chair decides
)

// Gaps are all of them.
func Gaps() []Gap {
	return []Gap{GapNotFinal, GapDecision, GapUnmarked, GapWhole, GapVoice, GapThird, GapChair}
}

// ItemState is how an item of a result stands.
type ItemState string

// The states. What is missing, unreadable or invalid cannot be marked.
const (
	ItemMarked     ItemState = "marked"
	ItemUnmarked   ItemState = "unmarked"
	ItemMissing    ItemState = "missing"    // nothing was sent
	ItemUnreadable ItemState = "unreadable" // the file holds no video (R14)
	ItemInvalid    ItemState = "invalid"    // 视频无效 (R20)
	ItemUnmarkable ItemState = "unmarkable" // an examiner cannot mark it: the desk decides
)

// ItemResult is an item with the mark that counts. The keys are kept in the
// centre's database: none is ever renamed.
type ItemResult struct {
	ItemID         string    `json:"item"`
	Name           string    `json:"name"`
	Piece          string    `json:"piece,omitempty"`
	State          ItemState `json:"state"`
	Technique      Level     `json:"technique,omitempty"`
	Tempo          Level     `json:"tempo,omitempty"`
	Interpretation Level     `json:"interpretation,omitempty"`
	Level          Level     `json:"level,omitempty"`
}

// Result is what an order comes to, as its marks and decisions stand now.
type Result struct {
	Items   []ItemResult
	Outcome Outcome // "" while there is a gap
	Reason  string  // why the order is disqualified, which the candidate reads (R20)
	Gaps    []Gap
}

// Says says whether two results are the same to whoever reads them.
func (r Result) Says(other Result) bool {
	return r.Outcome == other.Outcome && r.Reason == other.Reason && slices.Equal(r.Items, other.Items)
}

// Result is what the order comes to now. A missing item is left out or fails the
// whole order, as the setting says (R21).
func (o Order) Result(r Rules, now time.Time) Result {
	result := Result{Reason: o.DisqualifiedFor()}
	if last := o.current(); last != nil && last.Travels(now) {
		for _, item := range last.Items {
			result.Items = append(result.Items, o.itemResult(item))
		}
	}
	result.Gaps = o.gaps(result.Items, r, now)
	if len(result.Gaps) == 0 {
		result.Outcome = o.outcome(result.Items, r, now)
	}
	return result
}

func (o Order) itemResult(item Item) ItemResult {
	result := ItemResult{ItemID: item.ID, Name: item.Name, Piece: item.pieceOrQuestion(), State: ItemUnmarked}
	switch mark := o.countingMark(item.ID); {
	case item.Clip == nil:
		result.State = ItemMissing
	case o.InvalidClip(item.Clip.ID) != nil:
		result.State = ItemInvalid
	case o.saidUnmarkable(item):
		result.State = ItemUnmarkable
	case mark != nil:
		result.State = ItemMarked
		result.Technique, result.Tempo, result.Interpretation, result.Level = mark.Technique, mark.Tempo, mark.Interpretation, mark.Level
	case o.isMarked(item.ID):
		result.State = ItemMarked // no level counts before the voices come to one
	case item.Clip.Broken:
		result.State = ItemUnreadable
	}
	return result
}

func (i Item) pieceOrQuestion() string {
	if i.Question != nil {
		return i.Question.Title
	}
	return i.Piece
}

func (o Order) gaps(items []ItemResult, r Rules, now time.Time) (gaps []Gap) {
	status := o.Status(r, now)
	if status != StatusDisqualified && !o.over(status, r, now) {
		gaps = append(gaps, GapNotFinal)
	}
	if slices.ContainsFunc(o.Decisions, func(d Decision) bool { return d.Pending && d.UndoneAt.IsZero() }) {
		gaps = append(gaps, GapDecision)
	}
	switch {
	case status != StatusSubmitted && status != StatusAutoSubmitted:
	case failsByMissing(items, r): // no mark would matter
	case slices.ContainsFunc(items, func(i ItemResult) bool { return i.State == ItemUnmarkable }):
		gaps = append(gaps, GapUnmarked)
	case o.ByVoices() && len(o.Marks) > 0:
		if gap := o.voicesGap(); gap != "" {
			gaps = append(gaps, gap)
		}
	case slices.ContainsFunc(items, func(i ItemResult) bool { return i.State == ItemUnmarked || i.State == ItemUnreadable }):
		gaps = append(gaps, GapUnmarked)
	case o.countingMark("") == nil:
		gaps = append(gaps, GapWhole)
	}
	return gaps
}

// over says that nothing of what would be marked can change any more (R16).
func (o Order) over(status Status, r Rules, now time.Time) bool {
	return !slices.Contains([]Status{StatusRunning, StatusOpen, StatusWaiting}, status) && o.Reviewable(r, now) == nil
}

// failsByMissing says that the order is 不合格 for an item without a valid clip,
// whatever the others are worth (R21). A file that nobody decided about is not
// missing yet.
func failsByMissing(items []ItemResult, r Rules) bool {
	missing := func(i ItemResult) bool { return i.State == ItemMissing || i.State == ItemInvalid }
	return r.MissingItem == MissingFails && slices.ContainsFunc(items, missing)
}

func (o Order) outcome(items []ItemResult, r Rules, now time.Time) Outcome {
	switch o.Status(r, now) {
	case StatusDisqualified:
		return OutcomeDisqualified
	case StatusAbsent:
		return OutcomeAbsent
	case StatusForfeited:
		return OutcomeForfeited
	}
	if failsByMissing(items, r) {
		return Outcome(LevelFail)
	}
	if whole := o.countingMark(""); whole != nil {
		return Outcome(whole.Level)
	}
	return ""
}
