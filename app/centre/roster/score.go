package roster

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"io/fs"
)

// maxScoresBytes limits all scores of a bank together.
const maxScoresBytes = 4 << 30

// score is what was found of a question's file.
type score struct {
	mediaType, sum string
	wrong          []Problem
}

// scores looks at each file once, whatever number of rows names it.
type scores struct {
	folder *Folder
	seen   map[string]score
	bytes  int64
}

func (s *scores) look(name string) score {
	found, known := s.seen[name]
	if !known {
		found = s.read(name)
		s.seen[name] = found
	}
	return found
}

// read reads a question's file and says what it is by its bytes.
func (s *scores) read(name string) score {
	refused := func(code Code, args ...any) score { return score{wrong: problem(code, args...)} }
	if !safeName(name) {
		return refused(NameUnsafe, "value", shorten(name))
	}
	content, err := s.folder.Read(name, maxQuestionBytes)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return refused(FileNotFound, "file", shorten(name))
	case errors.Is(err, errTooLarge):
		return refused(QuestionTooLarge, "file", shorten(name), "size", s.folder.size(name), "limit", maxQuestionBytes)
	case err != nil:
		return refused(QuestionFormat, "file", shorten(name), "reason", err.Error())
	}
	if s.bytes += int64(len(content)); s.bytes > maxScoresBytes {
		return refused(FileTooLarge, "limit", fmt.Sprintf("%d GiB of scores", maxScoresBytes>>30))
	}
	mediaType, err := scoreType(content)
	if err != nil {
		return refused(QuestionFormat, "file", shorten(name), "reason", err.Error())
	}
	sum := sha256.Sum256(content)
	return score{mediaType: mediaType, sum: hex.EncodeToString(sum[:])}
}

// scoreType tells PNG, JPEG and PDF by their bytes, and looks whether the
// file ends where it should: a cut score would be seen in the exam only.
func scoreType(content []byte) (string, error) {
	if bytes.HasPrefix(content, []byte("%PDF-")) {
		if !bytes.Contains(content[max(0, len(content)-1024):], []byte("%%EOF")) {
			return "", errors.New("the PDF is cut off")
		}
		return "application/pdf", nil
	}
	format, err := pictureFormat(content)
	if err == nil {
		_, _, err = image.Decode(bytes.NewReader(content))
	}
	if err != nil {
		return "", err
	}
	return "image/" + format, nil
}
