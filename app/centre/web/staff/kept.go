package staff

import (
	"context"
	"maps"

	"kaodian/app/base/audit"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/access"
	"kaodian/app/exam"
)

// What examiners and the committee gave, and why somebody does not mark an order,
// is the administrators' to read (R21).

// keptArgs are what lines of the log say of levels, by their action.
var keptArgs = map[exam.FactKind][]string{
	exam.FactMarked:          {"level", "technique", "tempo", "interpretation"},
	exam.FactSettled:         {"level"},
	exam.FactAppealed:        {"level"},
	exam.FactAppealDecided:   {"level", "former", "changed"},
	exam.FactResultConfirmed: {"outcome"},
	exam.FactResultPublished: {"outcome"},
	exam.FactResultWithdrawn: {"outcome"},

	exam.FactKind(store.ActionStandardSet):    {"level"},
	exam.FactKind(store.ActionExaminerProbed): {"given", "level", "within"},
}

// keepsReason says that the reason was written for administrators: a committee's
// may tell the level, an examiner's who gave an order back whom they know.
func keepsReason(kind exam.FactKind) bool {
	switch kind {
	case exam.FactRecused, exam.FactReadmitted, exam.FactSettled, exam.FactAppealed, exam.FactResultConfirmed:
		return true
	case exam.FactKind(store.ActionStandardSet), exam.FactKind(store.ActionStandardWithdrawn), exam.FactKind(store.ActionExaminerReleased):
		return true
	default:
		return false
	}
}

// mayReadAll says whether the caller reads all of the log.
func mayReadAll(ctx context.Context) bool { return access.Of(ctx).Role == store.Administrator }

// unsearched are the actions of which the caller's search finds no words: what is
// kept from somebody must not be guessed from what a search finds.
func unsearched(ctx context.Context) (kept []audit.Action) {
	if mayReadAll(ctx) {
		return nil
	}
	for _, kind := range []exam.FactKind{
		exam.FactMarked, exam.FactRecused, exam.FactReadmitted, exam.FactSettled, exam.FactAppealed, exam.FactAppealDecided,
		exam.FactResultConfirmed, exam.FactResultPublished, exam.FactResultWithdrawn,
		exam.FactKind(store.ActionStandardSet), exam.FactKind(store.ActionStandardWithdrawn),
		exam.FactKind(store.ActionExaminerProbed), exam.FactKind(store.ActionExaminerReleased),
	} {
		kept = append(kept, audit.Action(kind))
	}
	return kept
}

// readBy are the lines as the caller may read them.
func readBy(ctx context.Context, lines []store.LogLine) []store.LogLine {
	for i := range lines {
		if !mayReadAll(ctx) {
			lines[i] = withoutLevels(lines[i])
		}
	}
	return lines
}

// withoutLevels is the line as a technician reads it.
func withoutLevels(line store.LogLine) store.LogLine {
	kind := exam.FactKind(line.Action)
	if keepsReason(kind) {
		line.Reason = ""
	}
	line.Args = maps.Clone(line.Args)
	for _, name := range keptArgs[kind] {
		delete(line.Args, name)
	}
	return line
}
