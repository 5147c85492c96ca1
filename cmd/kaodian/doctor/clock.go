package doctor

import (
	"context"
	"fmt"
	"time"
)

// clock says what the exam's clock shows: nobody but a person with a watch
// can know whether that is right where there is no internet.
func (p *Machine) clock(context.Context) Check {
	if p.opened == nil {
		return unseen()
	}
	now := p.opened.Now().In(p.opened.Rules().Location)
	jump := p.opened.Clock.Jump()
	shown := fmt.Errorf("the exam's clock shows %s, the machine's %s", now.Format(time.RFC3339), now.Add(jump).Format(time.RFC3339))
	switch {
	case p.opened.Clock.Doubted():
		return isWrong(fmt.Errorf("%w; until somebody says which is right nothing is closed, sealed, sent or erased", shown),
			"is the machine's right: «"+p.Type("clock confirm")+"», or the button on the staff's page; else set the machine's clock first").as(ClockDoubted)
	case jump.Abs() > time.Minute && p.opened.Clock.Agreed() == 0:
		return needsAttention(shown.Error(), "set the machine's clock, then start the server again when no attempt runs").as(ClockDiffers)
	}
	return isGood("it is %s (%s); compare it with a watch", now.Format("2006-01-02 15:04:05"), now.Location()).as(ClockGood)
}
