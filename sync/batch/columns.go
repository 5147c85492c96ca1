package batch

import "math"

// rule says what is wrong with a value, "" if nothing is.
type rule func(value any) string

type column struct {
	name  string
	check rule
}

// columns are the tables of records.sql, column for column. Rows of older
// versions are judged in the shape that they are read in, which is this one.
var columns = map[string][]column{
	"batch": {
		{"version", between(1, math.MaxInt32)}, {"centre", id}, {"install", id}, {"sequence", between(1, maxSequence)}, {"made_at", moment}, {"program", text},
		{"audit_seq", between(0, math.MaxInt64)}, {"audit_hash", text},
	},
	"subjects": {{"order_id", id}, {"install", installID}, {"sequence", between(1, maxSequence)}},
	"orders": {
		{"id", id}, {"ticket", text}, {"name", text}, {"pinyin", text}, {"gender", text}, {"birth_date", day}, {"id_type", text}, {"id_number", text},
		{"guardian_address", text}, {"phone", text}, {"subject", text}, {"grade", between(0, maxGrade)}, {"window_opens", moment}, {"window_closes", moment},
		{"photo", orNull(sum)}, {"photo_taken", day}, {"consent", oneOf("", "given", "declined")}, {"consent_guardian", text}, {"consent_at", orNull(moment)},
		{"status", oneOf("submitted", "auto_submitted", "absent", "forfeited", "disqualified")}, {"final_at", moment},
	},
	"pieces": {{"order_id", id}, {"place", place}, {"item", text}, {"title", text}},
	"attempts": {
		{"id", id}, {"order_id", id}, {"number", place}, {"state", oneOf("running", "submitted", "auto_submitted", "reset", "voided")}, {"started_at", moment},
		{"deadline", moment}, {"ended_at", orNull(moment)}, {"limit_ms", span}, {"extra_ms", span}, {"code", text}, {"acknowledged_at", orNull(moment)}, {"rules_version", text},
	},
	"items": {{"attempt_id", id}, {"id", id}, {"place", place}, {"name", text}, {"kind", word}, {"piece", text}, {"question_id", orNull(id)}, {"question_title", text}},
	"clips": {
		{"id", id}, {"attempt_id", id}, {"item_id", id}, {"sha256", sum}, {"size", size}, {"type", text}, {"duration_ms", span}, {"received_at", moment},
		{"previewed", flag}, {"state", oneOf("received", "examined", "unexaminable")}, {"rendition", orNull(sum)},
	},
	"examinations": {{"id", id}, {"order_id", id}, {"clip_id", id}, {"examined_at", orNull(moment)}, {"program", text}},
	"findings": {
		{"examination", id}, {"place", place}, {"kind", word}, {"verdict", oneOf("pass", "warn", "fail", "cannot_tell")}, {"value", orNull(number)}, {"limit_value", orNull(number)},
		{"side", oneOf("", "at_least", "at_most", "more_than", "less_than")}, {"unit", text}, {"note", text}, {"engine", text}, {"detail", text},
	},
	"evidence": {{"examination", id}, {"finding", place}, {"place", place}, {"from_ms", span}, {"to_ms", span}, {"frame", orNull(sum)}, {"other_id", orNull(id)}},
	"ticks":    {{"order_id", id}, {"clip_id", id}, {"what", word}, {"heard", word}, {"by_name", text}, {"at", moment}},
	"departures": {
		{"order_id", id}, {"clip_id", id}, {"id", id}, {"category", word}, {"clip_ms", orNull(span)}, {"by_name", text}, {"at", moment}, {"withdrawn_at", orNull(moment)},
	},
	"marks": {
		{"order_id", id}, {"item_id", idOrNone}, {"round", between(1, maxRound)}, {"side", whose}, {"examiner", text}, {"technique", word}, {"tempo", word}, {"interpretation", word},
		{"level", word}, {"remarks", words}, {"by_name", text}, {"at", moment},
	},
	"decisions": {
		{"id", id}, {"order_id", id}, {"side", whose}, {"kind", word}, {"clip_id", idOrNone}, {"reason", words}, {"by_role", word}, {"by_name", text}, {"at", moment},
		{"pending", flag}, {"confirmed_at", orNull(moment)}, {"undone_at", orNull(moment)},
	},
	"irregularities": {
		{"id", id}, {"order_id", id}, {"attempt_id", idOrNone}, {"clip_id", idOrNone}, {"category", word}, {"remark", words}, {"by_role", word}, {"by_name", text}, {"at", moment},
		{"undone_at", orNull(moment)},
	},
	"erasures": {
		{"id", id}, {"order_id", id}, {"clip_id", idOrNone}, {"what", word}, {"sha256", orNull(sum)}, {"reason", words}, {"by_role", word}, {"by_name", text}, {"at", moment},
	},
	"facts": {
		{"seq", between(1, math.MaxInt64)}, {"at", moment}, {"recorded_at", moment}, {"action", word}, {"by_role", word}, {"by_name", text}, {"order_id", id},
		{"attempt_id", idOrNone}, {"clip_id", idOrNone}, {"reason", words}, {"args", particulars}, {"hash", text},
	},
	"parcels": {
		{"install", installID}, {"sequence", between(1, maxSequence)}, {"manifest_sha256", sum}, {"outcome", oneOf("taken", "refused")}, {"reason", words},
		{"added", place}, {"changed", place}, {"unchanged", place}, {"left_out", place}, {"by_role", word}, {"by_name", text}, {"at", moment},
	},
	"media": {{"sha256", sum}, {"sealed", sum}, {"size", size}, {"type", text}, {"role", oneOf("original", "rendition", "photo", "evidence")}, {"owner", id}},
}
