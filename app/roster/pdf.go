package roster

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"
)

func init() { model.ConfigPath = "disable" } // the library's settings would be a folder in a home

// checkPDF refuses what is no PDF, and one that does more than show pages: a
// phone's viewer may run what is in it.
func checkPDF(content []byte) (code Code, err error) {
	defer func() { // strangers' files meet a parser here
		if fault := recover(); fault != nil {
			code, err = QuestionFormat, fmt.Errorf("the PDF is damaged: %v", fault)
		}
	}()
	if !bytes.Contains(content[max(0, len(content)-1024):], []byte("%%EOF")) {
		return QuestionFormat, errors.New("the PDF is cut off")
	}
	file, err := pdfcpu.Read(bytes.NewReader(content), model.NewDefaultConfiguration())
	if err != nil {
		return QuestionFormat, fmt.Errorf("the PDF is damaged: %w", err)
	}
	if file.Encrypt != nil {
		return QuestionLocked, errors.New("the PDF is encrypted")
	}
	if err := file.EnsurePageCount(); err != nil || file.PageCount == 0 {
		return QuestionFormat, errors.New("the PDF has no page")
	}
	for _, entry := range file.Table {
		if entry == nil || entry.Free {
			continue
		}
		object := entry.Object
		if packed, ok := object.(types.LazyObjectStreamObject); ok {
			if object, err = packed.DecodedObject(context.Background()); err != nil {
				return QuestionFormat, fmt.Errorf("the PDF is damaged: %w", err)
			}
		}
		if word := activeWord(object, 0); word != "" {
			return QuestionActive, fmt.Errorf("/%s", word)
		}
	}
	return "", nil
}

// What makes a PDF act: scripts, programs, forms that compute, films, files
// within it.
var (
	activeKeys    = []string{"JS", "JavaScript", "XFA", "EmbeddedFiles", "EF"}
	activeActions = map[string]bool{"JavaScript": true, "Launch": true, "SubmitForm": true, "ImportData": true, "Rendition": true, "Movie": true, "RichMedia": true, "RichMediaExecute": true, "GoToE": true}
)

// maxDepth is how far objects are followed into each other; deeper ones are
// objects of their own in any file that a program made.
const maxDepth = 64

// activeWord is the first word in an object that makes it act, "" if none does.
func activeWord(object types.Object, depth int) string {
	if depth > maxDepth {
		return "nesting"
	}
	switch o := object.(type) {
	case types.Dict:
		return activeDict(o, depth)
	case types.StreamDict:
		return activeDict(o.Dict, depth)
	case types.ObjectStreamDict:
		return activeDict(o.Dict, depth)
	case types.Array:
		for _, one := range o {
			if word := activeWord(one, depth+1); word != "" {
				return word
			}
		}
	}
	return ""
}

func activeDict(dict types.Dict, depth int) string {
	for _, key := range activeKeys {
		if _, there := dict.Find(key); there {
			return key
		}
	}
	for _, key := range []string{"S", "Subtype"} {
		if name := dict.NameEntry(key); name != nil && activeActions[*name] {
			return *name
		}
	}
	for _, value := range dict {
		if word := activeWord(value, depth+1); word != "" {
			return word
		}
	}
	return ""
}
