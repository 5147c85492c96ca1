package doctor

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"kaodian/media/vision"
)

// models says which networks are in use.
func (p *Machine) models(context.Context) Check {
	found, err := vision.FindModels(p.Models)
	const install = "install it with: kaodian models install FILE"
	switch {
	case err != nil:
		return isWrong(err, install).as(ModelsBroken)
	case len(found.Problems) > 0:
		return isWrong(fmt.Errorf("not used: %s", strings.Join(found.Problems, "; ")), install).as(ModelsBroken)
	case found.Detector == nil:
		return isWrong(errors.New("no face detector: OpenCV's own overlooks two faces of three"), install).as(ModelsNone)
	case found.Network == nil:
		return needsAttention(found.Detector.Label()+" finds faces; nothing compares them with the photo", install).as(ModelsFindOnly)
	}
	return isGood("%s finds faces, %s compares them; %s; %s", found.Detector.Label(), found.Network.Label(), found.Network.Errors(), found.Network.Descent()).as(ModelsGood)
}
