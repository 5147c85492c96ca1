package candidate

// What tests over HTTP read.
type (
	HelpBody         = helpBody
	EntryBody        = entryBody
	NewPassBody      = newPassBody
	RulesPictureBody = rulesPictureBody
)

// MostStreams is the limit that a test reaches.
const MostStreams = maxStreams
