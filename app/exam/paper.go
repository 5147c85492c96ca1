package exam

// Paper is what is drawn for an order in advance, to lie sealed until a day has
// to go on without the server. It is no attempt: nothing runs and none is
// spent. If it stays sealed it meant nothing; if not, the candidate has seen
// it, and so its code and its questions are not drawn for the order again.
type Paper struct {
	Code  string
	Items []Item
}

// Paper draws as an attempt's start would (R8, R9).
func (d Draw) Paper(o Order) (Paper, error) {
	items, err := d.items(o)
	return Paper{Code: d.code(o), Items: items}, err
}

// code draws an exam code that neither an attempt nor a paper of the order has.
func (d Draw) code(o Order) string {
	return drawCode(append(codesOf(o.Attempts), d.Codes...), d.Pick)
}

// MayBegin says that an attempt of the order may still begin, now or later: it
// is worth a sheet of an emergency pack.
func (o Order) MayBegin(r Rules) bool {
	return o.SealedAt.IsZero() && o.AttemptsUsed() < r.MaxAttempts && o.disqualification() == nil
}
