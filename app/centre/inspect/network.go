package inspect

import (
	"kaodian/app/exam"
	"kaodian/media/vision"
)

// Network is what is known of a network that compared, for whoever judges by it.
type Network struct {
	Name, Licence, Holder, Package, Training string
	Children, Adults                         int // on whom it was measured
}

// NetworkOf finds the network by which a finding compared; false for one that the
// program does not know.
func NetworkOf(engine string) (Network, bool) {
	card, ok := cardOf(engine)
	return Network{
		Name: card.Label(), Licence: card.Licence, Holder: card.Holder, Package: card.Package, Training: card.Training,
		Children: card.Sample.Children, Adults: card.Sample.Adults,
	}, ok
}

// Alike is of how many in 10,000 pairs of different children it was measured that
// they are as alike as the finding says, or more.
type Alike struct {
	Pairs, Low, High float64 // with the 95 % interval; both 0 where it is not known
}

// AlikeOf says it of a finding; false where it was not measured.
func AlikeOf(f exam.Finding) (Alike, bool) {
	card, ok := cardOf(f.Engine)
	if !ok || f.Value == nil {
		return Alike{}, false
	}
	measure := vision.MeasureCosine
	if f.Unit == exam.Spreads {
		measure = vision.MeasureCohort
	}
	const pairs = 10_000
	rate, ok := card.Alike(measure, vision.OfChildren, *f.Value)
	return Alike{Pairs: rate.Share * pairs, Low: rate.Low * pairs, High: rate.High * pairs}, ok
}

func cardOf(engine string) (vision.Card, bool) {
	cards, err := vision.Cards()
	if err != nil {
		return vision.Card{}, false
	}
	return vision.CardOf(engine, cards)
}
