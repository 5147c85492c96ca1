package exam

import (
	"cmp"
	"slices"

	"kaodian/app/base/refusal"
)

// Marking is how many examiners mark an order, none of whom sees what another
// gave, and how many levels they may lie apart (R21). An order keeps what held
// at its first mark: a setting that is changed later changes no result.
type Marking struct {
	Markers   int
	Tolerance int // levels
}

// MarkTolerance is the tolerance of one subject.
type MarkTolerance struct {
	Subject string
	Levels  int
}

// marking is what holds of a subject.
func (r Rules) marking(subject string) Marking {
	tolerance := r.MarkTolerance
	for _, own := range r.MarkTolerances {
		if own.Subject == subject {
			tolerance = own.Levels
		}
	}
	return Marking{Markers: max(1, r.Markers), Tolerance: tolerance}
}

// ChairRound is the round of the chair's word, which has the order's level alone.
const ChairRound = 100

// Voice is one examiner's marks of an order.
type Voice struct {
	Examiner string
	Round    int   // from 1, in the order in which they began
	Level    Level // of the order as a whole, "" before it is given
	Remarks  string
	Finished bool // all that can be marked is, and the whole
}

// Voices are those of the order, by their rounds; the chair is none.
func (o Order) Voices() (voices []Voice) {
	for _, m := range o.Marks {
		if m.Round == ChairRound {
			continue
		}
		i := slices.IndexFunc(voices, func(v Voice) bool { return v.Examiner == m.By.Name })
		if i < 0 {
			i = len(voices)
			voices = append(voices, Voice{Examiner: m.By.Name, Round: m.Round, Finished: o.finishedBy(m.By.Name)})
		}
		if m.ItemID == "" {
			voices[i].Level, voices[i].Remarks = m.Level, m.Remarks
		}
	}
	slices.SortStableFunc(voices, func(a, b Voice) int { return cmp.Compare(a.Round, b.Round) })
	return voices
}

func (o Order) markOf(itemID, examiner string) *Mark {
	i := slices.IndexFunc(o.Marks, func(m Mark) bool { return m.ItemID == itemID && m.By.Name == examiner })
	if i < 0 {
		return nil
	}
	return &o.Marks[i]
}

// finishedBy says that the examiner marked the whole and every item: one may have
// become markable since the whole was marked (R20).
func (o Order) finishedBy(examiner string) bool {
	last := o.current()
	if last == nil || o.markOf("", examiner) == nil {
		return false
	}
	return !slices.ContainsFunc(last.Items, func(i Item) bool { return o.mayMarkItem(&i) == nil && o.markOf(i.ID, examiner) == nil })
}

// Chair is the chair's word about the order, nil where there is none.
func (o Order) Chair() *Mark {
	i := slices.IndexFunc(o.Marks, func(m Mark) bool { return m.Round == ChairRound })
	if i < 0 {
		return nil
	}
	return &o.Marks[i]
}

// ByVoices says that several examiners mark the order.
func (o Order) ByVoices() bool { return o.Marking.Markers > 1 }

func (o Order) finished() []Voice {
	return slices.DeleteFunc(o.Voices(), func(v Voice) bool { return !v.Finished })
}

// voicesGap is what keeps the voices from coming to a level, "" where they do.
func (o Order) voicesGap() Gap {
	var given []Level
	for _, voice := range o.finished() {
		given = append(given, voice.Level)
	}
	few := len(given) < o.Marking.Markers
	switch {
	case o.Chair() != nil:
		return ""
	case few:
		return GapVoice
	case len(given) > o.Marking.Markers && !agreeInTheMiddle(given, o.Marking.Tolerance):
		return GapChair
	case len(given) == o.Marking.Markers && apart(given) > o.Marking.Tolerance:
		return GapThird
	}
	return ""
}

// MarkGap is what keeps those who mark the order from a level, "" where they have
// one, or where one examiner marks.
func (o Order) MarkGap() Gap {
	if !o.ByVoices() {
		return ""
	}
	return o.voicesGap()
}

// Seats is how many examiners may mark an order that several mark: one more where
// the first lie too far apart. 0 of another order.
func (o Order) Seats() int {
	if !o.ByVoices() {
		return 0
	}
	if gap := o.voicesGap(); gap == GapThird || gap == GapChair {
		return o.Marking.Markers + 1
	}
	return o.Marking.Markers
}

// Marked says that nothing is left to examiners or the chair: the order as a
// whole has a level that counts.
func (o Order) Marked() bool {
	if o.ByVoices() {
		return o.voicesGap() == ""
	}
	return o.countingMark("") != nil
}

// CheckVoice refuses an examiner who does not mark this order: one who is not to,
// or one too many.
func (o Order) CheckVoice(examiner string, r Rules) error {
	if len(o.Marks) == 0 {
		o.Marking = r.marking(o.Subject)
	}
	voices := o.Voices()
	speaks := slices.ContainsFunc(voices, func(v Voice) bool { return v.Examiner == examiner })
	switch {
	case o.IsRecused(examiner):
		return refusal.New(MarkRecused)
	case o.Chair() != nil:
		return refusal.New(MarkSettled)
	case o.ByVoices() && !speaks && len(voices) >= o.Seats():
		return refusal.New(MarkTaken)
	}
	return nil
}

// roundOf is the examiner's round: the first that nobody has.
func (o Order) roundOf(examiner string) int {
	voices := o.Voices()
	for _, v := range voices {
		if v.Examiner == examiner {
			return v.Round
		}
	}
	round := 1
	for o.ByVoices() && slices.ContainsFunc(voices, func(v Voice) bool { return v.Round == round }) {
		round++
	}
	return round
}

// countingMark is the mark that counts of an item, or with "" of the order as a
// whole; nil where there is none. Of one examiner's it is the newest, of several
// voices what lies in their middle.
func (o Order) countingMark(itemID string) *Mark {
	if !o.ByVoices() {
		return o.newestMark(itemID)
	}
	if chair := o.Chair(); chair != nil && itemID == "" {
		return chair
	}
	if o.voicesGap() != "" {
		return nil
	}
	return o.middleMark(itemID)
}

func (o Order) newestMark(itemID string) (newest *Mark) {
	for i, mark := range o.Marks {
		if mark.ItemID == itemID && (newest == nil || !mark.At.Before(newest.At)) {
			newest = &o.Marks[i]
		}
	}
	return newest
}

func (o Order) middleMark(itemID string) *Mark {
	var given []Mark
	for _, voice := range o.finished() {
		if mark := o.markOf(itemID, voice.Examiner); mark != nil {
			given = append(given, *mark)
		}
	}
	if len(given) == 0 {
		return nil
	}
	of := func(aspect func(Mark) Level) Level {
		var all []Level
		for _, m := range given {
			all = append(all, aspect(m))
		}
		return middle(all)
	}
	return &Mark{
		ItemID:         itemID,
		Technique:      of(func(m Mark) Level { return m.Technique }),
		Tempo:          of(func(m Mark) Level { return m.Tempo }),
		Interpretation: of(func(m Mark) Level { return m.Interpretation }),
		Level:          of(func(m Mark) Level { return m.Level }),
	}
}

// isMarked says that somebody marked the item, whether or not it counts yet.
func (o Order) isMarked(itemID string) bool {
	return slices.ContainsFunc(o.Marks, func(m Mark) bool { return m.ItemID == itemID })
}

// ranks are levels as numbers, the lowest first: 0 is 不合格.
func ranks(given []Level) []int {
	all := make([]int, 0, len(given))
	for _, level := range given {
		all = append(all, slices.Index(levels, level))
	}
	slices.Sort(all)
	return all
}

// apart is how many levels lie between the lowest and the highest.
func apart(given []Level) int {
	all := ranks(given)
	return all[len(all)-1] - all[0]
}

// middle is the level in the middle; between two, half a level counts up.
func middle(given []Level) Level {
	all := ranks(given)
	if all[0] < 0 {
		return "" // an aspect that the order as a whole has not
	}
	return levels[(all[(len(all)-1)/2]+all[len(all)/2]+1)/2]
}

// agreeInTheMiddle says that the voice in the middle is not alone: another lies
// within the tolerance of it.
func agreeInTheMiddle(given []Level, tolerance int) bool {
	all := ranks(given)
	at := (len(all) - 1) / 2
	above := all[at+1]-all[at] <= tolerance
	if len(all)%2 == 0 {
		return above
	}
	return above || all[at]-all[at-1] <= tolerance
}

// Settle is the Event of the chair's word where the voices do not come to a level;
// a later one takes its place (R21).
type Settle struct {
	Level  Level
	Reason string
	By     Actor
}

func (e Settle) apply(a *act) error {
	if err := CheckReason(e.Reason); err != nil {
		return err
	}
	if err := a.maySettle(e); err != nil {
		return err
	}
	word := Mark{Level: e.Level, Remarks: e.Reason, By: e.By, At: a.now, Round: ChairRound}
	before := a.order.Chair()
	if before != nil && before.Says(word) {
		return nil // told again
	}
	a.order.Marks = slices.DeleteFunc(a.order.Marks, func(m Mark) bool { return m.Round == ChairRound })
	a.order.Marks = append(a.order.Marks, word)
	a.happened(FactSettled, e.By, a.order.current(), func(f *Fact) {
		f.Reason = e.Reason
		f.Args = map[string]any{"level": e.Level}
	})
	return nil
}

func (a *act) maySettle(e Settle) error {
	if err := a.order.takesMarks(a.rules, a.now); err != nil {
		return err
	}
	own := func(m Mark) bool { return m.By.Name == e.By.Name && m.Round != ChairRound }
	switch {
	case !slices.Contains(levels, e.Level):
		return refusal.New(MarkIncomplete)
	case !a.order.waitsForChair():
		return refusal.New(NothingToSettle)
	case a.order.IsRecused(e.By.Name) || slices.ContainsFunc(a.order.Marks, own):
		return refusal.New(MarkRecused) // nobody decides about their own mark, nor of whom they know
	}
	return nil
}

// waitsForChair says that the chair may decide, or has. Of an order in a batch
// nobody's seat is given to another (Recuse), so there the chair also takes the
// place of an examiner who began and does not come back.
func (o Order) waitsForChair() bool {
	if !o.ByVoices() || len(o.Marks) == 0 {
		return false
	}
	stuck := !o.SealedAt.IsZero() && o.voicesGap() != ""
	return o.Chair() != nil || o.voicesGap() == GapChair || stuck
}
