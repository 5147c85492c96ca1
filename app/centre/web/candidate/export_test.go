package candidate

import "kaodian/app/centre/web/shared"

// What tests over HTTP read.
type (
	HelpBody         = helpBody
	EntryBody        = entryBody
	NewPassBody      = newPassBody
	RulesPictureBody = rulesPictureBody
)

// MostStreams is the limit that a test reaches.
const MostStreams = shared.MaxStreams

// DeskOf is what the candidate is told of acts of staff.
var DeskOf = deskOf
