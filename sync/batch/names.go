package batch

import (
	"fmt"
	"path"
	"regexp"
	"strconv"
	"strings"
)

// The files of a batch and of what answers it.
const (
	ManifestName  = "manifest.json"
	SignatureName = "manifest.json.minisig" // sent last: without it a folder is no batch
	RecordsName   = "records.sqlite.age"
	Signature     = ".minisig" // beside a signed message
	Damaged       = ".damaged" // after the name of a file that the province set aside
	receiptsTop   = "receipts"
	enrolTop      = "enrol"
	downTop       = "down"
)

var (
	centrePattern  = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,31}$`)
	installPattern = regexp.MustCompile(`^[0-9a-f]{16}$`)
	sumPattern     = regexp.MustCompile(`^[0-9a-f]{64}$`)
	mediaPattern   = regexp.MustCompile(`^media/[0-9a-f]{64}\.age$`)
)

// CheckCentre refuses a centre's name that is no plain one: it is a folder
// on both sides.
func CheckCentre(name string) error {
	if !centrePattern.MatchString(name) || IsOurTop(name) {
		return fmt.Errorf("%q is no centre's name; use a to z, 0 to 9 and -, at most 32", name)
	}
	return nil
}

// IsOurTop says whether a folder of that name belongs to the drop itself.
func IsOurTop(name string) bool { return name == receiptsTop || name == enrolTop || name == downTop }

// CheckInstall refuses what is no install id (16 hex digits).
func CheckInstall(id string) error {
	if !installPattern.MatchString(id) {
		return fmt.Errorf("%q is no install id", id)
	}
	return nil
}

// Ref names one batch.
type Ref struct {
	Centre   string
	Install  string
	Sequence int64
}

// Folder is where the batch lies: <centre>/<install>/<sequence, 8 digits>.
func (r Ref) Folder() string { return path.Join(r.Centre, r.Install, SequenceName(r.Sequence)) }

// ReceiptName is where its receipt lies; the signature lies beside it.
func (r Ref) ReceiptName() string {
	return path.Join(receiptsTop, r.Centre, r.Install, SequenceName(r.Sequence)+".json")
}

// ParcelFolder is where the parcel of that number lies, which the province sends
// to the install: down/<centre>/<install>/<sequence, 8 digits>.
func (r Ref) ParcelFolder() string {
	return path.Join(ParcelsFolder(r.Centre, r.Install), SequenceName(r.Sequence))
}

// ParcelsFolder is where the parcels for an install lie.
func ParcelsFolder(centre, install string) string { return path.Join(downTop, centre, install) }

func (r Ref) String() string { return r.Folder() }

const (
	sequenceDigits = 8
	maxSequence    = 99_999_999
)

// SequenceName is a sequence as a folder's name.
func SequenceName(sequence int64) string { return fmt.Sprintf("%0*d", sequenceDigits, sequence) }

// ParseSequence reads a folder's name, false if it is none of ours.
func ParseSequence(name string) (int64, bool) {
	sequence, err := strconv.ParseInt(name, 10, 64)
	if err != nil || len(name) != sequenceDigits || sequence < 1 || SequenceName(sequence) != name {
		return 0, false
	}
	return sequence, true
}

// ParseFolder reads <centre>/<install>/<sequence>.
func ParseFolder(folder string) (Ref, error) {
	parts := strings.Split(folder, "/")
	if len(parts) != 3 {
		return Ref{}, fmt.Errorf("%q is no batch's folder", folder)
	}
	sequence, ok := ParseSequence(parts[2])
	ref := Ref{Centre: parts[0], Install: parts[1], Sequence: sequence}
	if !ok || CheckCentre(ref.Centre) != nil || CheckInstall(ref.Install) != nil {
		return Ref{}, fmt.Errorf("%q is no batch's folder", folder)
	}
	return ref, nil
}

// MediaName is the name of a sealed media file: it says nothing but its hash.
func MediaName(sealedSHA256 string) string { return "media/" + sealedSHA256 + ".age" }

// IsMedia says whether a file of a batch is a sealed media file.
func IsMedia(name string) bool { return mediaPattern.MatchString(name) }

// RequestName is where a centre's enrolment lies.
func RequestName(centre, install string) string {
	return path.Join(enrolTop, centre, install+".json")
}

// AnswerName is where the answer to an enrolment lies.
func AnswerName(centre, install string) string {
	return path.Join(receiptsTop, centre, install, "enrol.json")
}

// EnrolFolder is where the enrolments of a centre lie; with "" of all.
func EnrolFolder(centre string) string { return path.Join(enrolTop, centre) }
