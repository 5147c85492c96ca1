package batch

import "fmt"

// told is what the rows so far say of which order, and where orders and clips
// travel.
type told struct {
	version  int64  // of the format
	install  string // of this batch
	sequence int64
	expected map[string]bool   // orders of this batch whose own row did not come yet
	here     map[string]bool   // orders whose row came
	attempts map[string]string // their orders
	clips    map[string]string // their orders
}

func newTold() told {
	return told{expected: map[string]bool{}, here: map[string]bool{}, attempts: map[string]string{}, clips: map[string]string{}}
}

// row says whether one more row fits to those before it.
func (t *told) row(table string, values []any) error {
	text := func(column string) string { return values[placeOf(table, column)].(string) }
	switch table {
	case "batch":
		t.version, t.sequence = values[placeOf(table, "version")].(int64), values[placeOf(table, "sequence")].(int64)
		t.install = text("install")
	case "subjects":
		return t.subject(text("order_id"), text("install"), values[placeOf(table, "sequence")].(int64))
	case "orders":
		return t.order(text("id"))
	case "attempts":
		t.attempts[text("id")] = text("order_id")
	case "clips":
		t.clips[text("id")] = t.attempts[text("attempt_id")]
	case "examinations", "ticks", "departures":
		return t.ofClip(table, text("order_id"), text("clip_id"))
	}
	return nil
}

func (t *told) subject(order, install string, sequence int64) error {
	if install != t.install {
		return nil // of the box before this one; whether it came, the province knows
	}
	if sequence > t.sequence {
		return fmt.Errorf("subjects names an order of batch %d, which comes later", sequence)
	}
	if sequence == t.sequence {
		t.expected[order] = true
	}
	return nil
}

func (t *told) order(id string) error {
	if !t.expected[id] {
		return fmt.Errorf("orders has an order that subjects does not name as one of this batch")
	}
	delete(t.expected, id)
	t.here[id] = true
	return nil
}

// ofClip says whether a clip is its order's, as far as either is in this batch.
func (t *told) ofClip(table, order, clip string) error {
	owner, here := t.clips[clip]
	if (here || t.here[order]) && owner != order {
		return fmt.Errorf("%s has a clip that is not of its order", table)
	}
	return nil
}
