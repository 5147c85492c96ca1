package batch

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ParcelVersion is the version of parcels: of their manifests and contents.
const ParcelVersion = 1

const (
	// ContentsName is the sealed file of a parcel that says what the others are.
	ContentsName = "contents.json.age"
	// MaxContentsBytes is the size that no contents exceed, before they are sealed.
	MaxContentsBytes = 1 << 20
	// MaxListBytes is the size that no order list exceeds.
	MaxListBytes = 64 << 20
	maxArchives  = 64
	maxTitle     = 200 // bytes
	maxFileName  = 200 // bytes
)

// Kind is what a parcel brings.
type Kind string

// The kinds.
const (
	OrdersKind   Kind = "orders"   // an order list, with its photos in archives
	SyllabusKind Kind = "syllabus" // an archive of the syllabus with its bank
)

// ContentRole is what a file of a parcel is.
type ContentRole string

// The roles.
const (
	ListContent     ContentRole = "list"     // .xlsx or .csv
	PhotosContent   ContentRole = "photos"   // a ZIP
	SyllabusContent ContentRole = "syllabus" // a ZIP
)

// Contents say what the files of a parcel are; they travel sealed, as names of
// files may be personal.
type Contents struct {
	Version int       `json:"version"`
	Kind    Kind      `json:"kind"`
	Title   string    `json:"title"` // what the province's people call it, "" for nothing
	Files   []Content `json:"files"`
}

// Content is one file of a parcel.
type Content struct {
	Name   string      `json:"name"` // as the province's people call it; nobody makes a path of it
	Role   ContentRole `json:"role"`
	Sealed string      `json:"sealed"` // SHA-256 of the sealed file: media/<sealed>.age
	SHA256 string      `json:"sha256"` // of the plain bytes
	Size   int64       `json:"size"`   // of the plain bytes
}

// ParseParcel reads the manifest of a parcel, which has the keys of a batch's:
// there the recipient is the install's, and who signs it is the province.
func ParseParcel(text []byte) (Manifest, error) {
	var m Manifest
	if err := parse(text, &m); err != nil {
		return Manifest{}, fmt.Errorf("manifest: %w", err)
	}
	if err := m.CheckParcel(); err != nil {
		return Manifest{}, fmt.Errorf("manifest: %w", err)
	}
	return m, nil
}

// CheckParcel says what is wrong with the manifest of a parcel.
func (m Manifest) CheckParcel() error { return m.check(ParcelVersion, ContentsName) }

// ParseContents reads the contents of the parcel with that manifest.
func ParseContents(text []byte, m Manifest) (Contents, error) {
	var c Contents
	if err := parse(text, &c); err != nil {
		return Contents{}, fmt.Errorf("contents: %w", err)
	}
	if err := errors.Join(checkVersion(c.Version, ParcelVersion), c.Check(), c.describes(m)); err != nil {
		return Contents{}, fmt.Errorf("contents: %w", err)
	}
	return c, nil
}

// Check says what is wrong with the contents.
func (c Contents) Check() error {
	if err := CheckTitle(c.Title); err != nil {
		return err
	}
	count := map[ContentRole]int{}
	for _, file := range c.Files {
		count[file.Role]++
		if err := file.check(); err != nil {
			return err
		}
	}
	orders := count[ListContent] == 1 && count[PhotosContent] <= maxArchives && len(c.Files) == 1+count[PhotosContent]
	syllabus := count[SyllabusContent] == 1 && len(c.Files) == 1
	switch {
	case c.Kind != OrdersKind && c.Kind != SyllabusKind:
		return fmt.Errorf("it is of a kind %q that this program does not know", c.Kind)
	case c.Kind == OrdersKind && !orders, c.Kind == SyllabusKind && !syllabus:
		return fmt.Errorf("it holds other files than %s are made of", c.Kind)
	}
	return nil
}

var endings = map[ContentRole][]string{ListContent: {".xlsx", ".csv"}, PhotosContent: {".zip"}, SyllabusContent: {".zip"}}

// MaxContentBytes is how large a file of a parcel may be.
func MaxContentBytes(role ContentRole) int64 {
	if role == ListContent {
		return MaxListBytes
	}
	return MaxFileBytes
}

// CheckTitle refuses what cannot be the title of a parcel; none at all is right.
func CheckTitle(title string) error {
	if err := checkLine(title, maxTitle); err != nil {
		return fmt.Errorf("its title %w", err)
	}
	return nil
}

func (f Content) check() error {
	most := MaxContentBytes(f.Role)
	switch err := CheckFileName(f.Name); {
	case err != nil:
		return err
	case !slices.Contains(endings[f.Role], strings.ToLower(path.Ext(f.Name))):
		return fmt.Errorf("%s is a file that it cannot bring as %q", f.Name, f.Role)
	case f.Size < 1 || f.Size > most:
		return fmt.Errorf("%s has %d bytes, and may have at most %d", f.Name, f.Size, most)
	case !sumPattern.MatchString(f.Sealed) || !sumPattern.MatchString(f.SHA256):
		return fmt.Errorf("%s has no SHA-256", f.Name)
	}
	return nil
}

// CheckFileName refuses what is no name of one file.
func CheckFileName(name string) error {
	if err := checkLine(name, maxFileName); err != nil {
		return fmt.Errorf("a file's name %w", err)
	}
	if name == "" || name[0] == '.' || strings.ContainsAny(name, `/\:`) {
		return fmt.Errorf("%q is no name of a file", name)
	}
	return nil
}

// checkLine refuses text that is not one line.
func checkLine(line string, most int) error {
	switch {
	case len(line) > most:
		return fmt.Errorf("has %d bytes, and may have at most %d", len(line), most)
	case !utf8.ValidString(line):
		return errors.New("is not UTF-8")
	case strings.ContainsFunc(line, func(r rune) bool {
		return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029'
	}):
		return errors.New("holds characters that nobody sees")
	}
	return nil
}

// describes says whether the contents name exactly the files of the manifest.
func (c Contents) describes(m Manifest) error {
	sent := map[string]bool{}
	for _, file := range m.Files {
		sent[file.Name] = true
	}
	delete(sent, ContentsName)
	for _, file := range c.Files {
		if !sent[MediaName(file.Sealed)] {
			return errors.New("they name a file that is not in the parcel, or one twice")
		}
		delete(sent, MediaName(file.Sealed))
	}
	if len(sent) > 0 {
		return errors.New("they do not name every file of the parcel")
	}
	return nil
}
