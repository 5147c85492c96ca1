package roster

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"image/color"
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
	content, err := s.folder.Read(name, MaxQuestionBytes)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return refused(FileNotFound, "file", shorten(name))
	case errors.Is(err, errTooLarge):
		return refused(QuestionTooLarge, "file", shorten(name), "size", s.folder.size(name), "limit", MaxQuestionBytes)
	case err != nil:
		return refused(QuestionFormat, "file", shorten(name), "reason", err.Error())
	case len(content) == 0:
		return refused(QuestionEmpty, "file", shorten(name))
	}
	if s.bytes += int64(len(content)); s.bytes > maxScoresBytes {
		return refused(FileTooLarge, "limit", fmt.Sprintf("%d GiB of scores", maxScoresBytes>>30))
	}
	mediaType, code, err := scoreType(content)
	if err != nil {
		return refused(code, "file", shorten(name), "reason", err.Error())
	}
	sum := sha256.Sum256(content)
	return score{mediaType: mediaType, sum: hex.EncodeToString(sum[:])}
}

// scoreType tells PNG, JPEG and PDF by their bytes, and looks whether the file
// is whole and shows the same on every phone: else it would be seen in the exam
// only. The code says what an error is.
func scoreType(content []byte) (mediaType string, code Code, err error) {
	if bytes.HasPrefix(content, []byte("%PDF-")) {
		code, err = checkPDF(content)
		return "application/pdf", code, err
	}
	format, err := pictureFormat(content)
	if err == nil {
		_, _, err = image.Decode(bytes.NewReader(content))
	}
	switch {
	case errors.Is(err, errPixels):
		return "", QuestionPixels, err
	case err != nil:
		return "", QuestionFormat, err
	case isAnimated(content):
		return "", QuestionAnimated, errors.New("it is animated")
	case isCMYK(content):
		return "", QuestionCMYK, errors.New("its colours are those of a printer (CMYK)")
	}
	return "image/" + format, "", nil
}

// isCMYK says that a picture's colours are a printer's: browsers show them as
// they like, some of them inverted.
func isCMYK(content []byte) bool {
	config, _, err := image.DecodeConfig(bytes.NewReader(content))
	return err == nil && config.ColorModel == color.CMYKModel
}

// isAnimated says that a PNG has more pictures than the first (APNG): which of
// them is the score nobody knows.
func isAnimated(content []byte) bool {
	const signature, head = 8, 8 // of a chunk: length and type; behind its bytes a checksum of 4
	if !bytes.HasPrefix(content, []byte("\x89PNG\r\n\x1a\n")) {
		return false
	}
	for at := signature; at+head <= len(content); {
		length, kind := binary.BigEndian.Uint32(content[at:]), string(content[at+4:at+head])
		if kind == "acTL" {
			return true
		}
		if kind == "IDAT" || int64(length) > int64(len(content)) {
			return false
		}
		at += head + int(length) + 4
	}
	return false
}
