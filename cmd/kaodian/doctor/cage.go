package doctor

import (
	"context"

	"kaodian/media/cage"
)

// cage says what keeps strangers' files from opening others.
func (p *Machine) cage(context.Context) Check {
	if version := cage.Landlock(); version > 0 {
		return isGood("a clip can open no other file (Landlock %d)", version).as(CageGood)
	}
	return needsAttention("this kernel has no Landlock: a clip that fools ffmpeg could open other files of this user",
		"use Debian 12's kernel, with landlock among the security modules (lsm=)").as(CageOpen)
}
