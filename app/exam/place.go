package exam

// Desktop is what a page calls a computer.
const Desktop = "desktop"

// Place is where a candidate acts (R4).
type Place struct {
	Kind    string // phone, tablet, Desktop, or "" of a program that is no page
	Own     bool   // the server's own screen, where whoever sits is staff
	Allowed bool   // staff allowed this computer
}

// MayRecord says whether attempts may be started and clips uploaded there:
// everywhere but at a computer that staff did not allow.
func (p Place) MayRecord() bool { return p.Kind != Desktop || p.Own || p.Allowed }
