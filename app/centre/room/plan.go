package room

// Plan says for how many starts of attempts the disk has room (R27): each needs
// room for every item at full size.
type Plan struct {
	Left   int64 // bytes for starts: free, less the reserve and the promises to running attempts
	Starts int   // how many can still start
	Coming int   // orders that may still start an attempt
	Needed int64 // bytes that they would need
	Short  int   // those for which there is no room if nothing is freed until then
	First  int   // the first of them, from 0; Coming when there is room for all
}

// PlanStarts goes through the orders that are still to come, by their windows;
// needs are their bytes. A start beyond them needs their average, or usual if
// there are none.
func PlanStarts(left int64, needs []int64, usual int64) Plan {
	plan := Plan{Left: max(0, left), Coming: len(needs), First: len(needs)}
	rest := plan.Left
	for i, need := range needs {
		plan.Needed += need
		if plan.First == len(needs) && need <= rest {
			rest -= need
			plan.Starts++
			continue
		}
		plan.First = min(plan.First, i)
	}
	plan.Short = plan.Coming - plan.First
	if plan.Short > 0 {
		return plan
	}
	if len(needs) > 0 {
		usual = (plan.Needed + int64(len(needs)) - 1) / int64(len(needs))
	}
	if usual > 0 {
		plan.Starts += int(rest / usual)
	}
	return plan
}
