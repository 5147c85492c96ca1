package roster

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"image"
	"io/fs"
	"regexp"
	"slices"

	"kaodian/app/exam"
)

// The files of a syllabus folder.
const (
	syllabusFile = "syllabus.csv"
	bankFile     = "bank.csv"
)

// maxQuestionBytes limits one drawn score: phones load it during the exam.
const maxQuestionBytes = 20 << 20

// Syllabus is what a syllabus folder says.
type Syllabus struct {
	Items     []SyllabusItem // the good rows of syllabus.csv
	Questions []Question     // the good rows of bank.csv
	Problems  []Problem
}

// Scope is the subject and the grades, both ends included, that a row is for.
type Scope struct {
	Subject            string
	GradeFrom, GradeTo int
}

func (s Scope) overlaps(other Scope) bool {
	return s.Subject == other.Subject && s.GradeFrom <= other.GradeTo && other.GradeFrom <= s.GradeTo
}

func (s Scope) covers(grade int) bool { return s.GradeFrom <= grade && grade <= s.GradeTo }

// SyllabusItem is one row of syllabus.csv.
type SyllabusItem struct {
	Row int
	Scope
	exam.ItemSpec
}

// Question is one row of bank.csv.
type Question struct {
	Row int
	Scope
	Item     string
	Title    string
	FileName string // in the folder, "" where the title says all
	File     string // SHA-256
	Type     string // media type: image/png, image/jpeg or application/pdf
}

// ReadSyllabus reads syllabus.csv, bank.csv and the scores beside them, and
// checks that everything that is drawn can be drawn (R9). Like ReadOrders it
// never fails.
func ReadSyllabus(folder *Folder) Syllabus {
	var s Syllabus
	s.readItems(folder)
	if slices.ContainsFunc(s.Items, func(item SyllabusItem) bool { return item.Drawn }) || folder.size(bankFile) > 0 {
		s.readBank(folder)
	}
	if !Failed(s.Problems) {
		s.Problems = append(s.Problems, s.checkBank()...)
	}
	sortProblems(s.Problems)
	return s
}

// readTable reads one CSV of the folder and calls take for every line; the
// line is kept by the caller unless take noted something wrong.
func readTable(folder *Folder, file string, columns []column, take func(r *reader)) []Problem {
	content, err := folder.Read(file, maxFileBytes)
	r := &reader{file: file}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return []Problem{{File: file, Code: FileNotFound, Args: map[string]any{"file": file}}}
	case errors.Is(err, errTooLarge):
		return []Problem{{File: file, Code: FileTooLarge, Args: map[string]any{"limit": "64 MiB"}}}
	case err != nil:
		return []Problem{{File: file, Code: FileBroken, Args: map[string]any{"reason": err.Error()}}}
	}
	places, body := r.open(content, columns)
	if Failed(r.problems) {
		return r.problems
	}
	for _, l := range body {
		r.line, r.places, r.bad = l, places, false
		take(r)
	}
	return r.problems
}

func (s *Syllabus) readItems(folder *Folder) {
	problems := readTable(folder, syllabusFile, syllabusColumns, func(r *reader) {
		item := SyllabusItem{Row: r.line.number, Scope: r.scope(), ItemSpec: exam.ItemSpec{
			Name:  r.required("item"),
			Kind:  r.kind(),
			Drawn: r.yesNo("drawn"),
			Group: r.text("group"),
		}}
		for _, other := range s.Items {
			if item.Name != "" && other.Name == item.Name && other.overlaps(item.Scope) {
				r.wrong("item", ItemTwice, "other", other.Row)
				break
			}
		}
		if !r.bad {
			s.Items = append(s.Items, item)
		}
	})
	s.Problems = append(s.Problems, problems...)
}

func (s *Syllabus) readBank(folder *Folder) {
	problems := readTable(folder, bankFile, bankColumns, func(r *reader) {
		question := Question{
			Row:      r.line.number,
			Scope:    r.scope(),
			Item:     r.required("item"),
			Title:    r.required("title"),
			FileName: r.text("file"),
		}
		r.score(folder, &question)
		if !r.bad {
			s.Questions = append(s.Questions, question)
		}
	})
	s.Problems = append(s.Problems, problems...)
}

// A range of grades that a spreadsheet took for a date: 1月4日, 4-Jan, 2026-01-04.
var dateOfGrades = regexp.MustCompile(`^(\d{1,2}月\d{1,2}日|\d{1,2}-[A-Za-z]{3}|[A-Za-z]{3}-\d{1,2}|\d{4}[-/]\d{1,2}[-/]\d{1,2})$`)

func (r *reader) scope() Scope {
	subject, text := r.required("subject"), r.required("grades")
	from, to, ok := parseGrades(text)
	switch {
	case ok || text == "":
	case dateOfGrades.MatchString(text):
		r.wrong("grades", GradesMangled, "value", text)
	default:
		r.wrong("grades", GradesInvalid, "value", shorten(text))
	}
	return Scope{Subject: subject, GradeFrom: from, GradeTo: to}
}

func (r *reader) kind() exam.Kind {
	text := r.required("kind")
	switch kind := exam.Kind(foldHeading(text)); kind {
	case "", exam.KindPiece, exam.KindEtude, exam.KindBasic, exam.KindSightReading, exam.KindAccompaniment:
		return kind
	case "乐曲":
		return exam.KindPiece
	case "练习曲":
		return exam.KindEtude
	case "基本练习":
		return exam.KindBasic
	case "视奏":
		return exam.KindSightReading
	case "编配伴奏":
		return exam.KindAccompaniment
	}
	r.wrong("kind", KindInvalid, "value", shorten(text))
	return ""
}

func (r *reader) yesNo(column string) bool {
	text := r.text(column)
	switch exam.FoldID(text) {
	case "yes", "y", "是", "true", "1":
		return true
	case "", "no", "n", "否", "false", "0":
		return false
	}
	r.wrong(column, YesNoInvalid, "value", shorten(text))
	return false
}

// score reads the question's file and says what it is by its bytes.
func (r *reader) score(folder *Folder, q *Question) {
	if q.FileName == "" {
		return
	}
	if !safeName(q.FileName) {
		r.wrong("file", NameUnsafe, "value", shorten(q.FileName))
		return
	}
	content, err := folder.Read(q.FileName, maxQuestionBytes)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		r.wrong("file", FileNotFound, "file", shorten(q.FileName))
		return
	case errors.Is(err, errTooLarge):
		r.wrong("file", QuestionTooLarge, "file", shorten(q.FileName), "size", folder.size(q.FileName), "limit", maxQuestionBytes)
		return
	case err != nil:
		r.wrong("file", QuestionFormat, "file", shorten(q.FileName), "reason", err.Error())
		return
	}
	if q.Type, err = scoreType(content); err != nil {
		r.wrong("file", QuestionFormat, "file", shorten(q.FileName), "reason", err.Error())
		return
	}
	sum := sha256.Sum256(content)
	q.File = hex.EncodeToString(sum[:])
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

// checkBank refuses a drawn item without a question for one of its grades:
// it would be noticed when the first candidate starts.
func (s *Syllabus) checkBank() []Problem {
	var problems []Problem
	used := map[int]bool{}
	for _, item := range s.Items {
		if !item.Drawn {
			continue
		}
		for grade := item.GradeFrom; grade <= item.GradeTo; grade++ {
			found := false
			for _, q := range s.Questions {
				if q.Item == item.Name && q.Subject == item.Subject && q.covers(grade) {
					found, used[q.Row] = true, true
				}
			}
			if !found {
				problems = append(problems, Problem{File: syllabusFile, Row: item.Row, Column: "grades", Code: BankEmpty, Args: map[string]any{"grade": grade}})
			}
		}
	}
	for _, q := range s.Questions {
		if !used[q.Row] {
			problems = append(problems, Problem{File: bankFile, Row: q.Row, Column: "item", Code: QuestionUnused, Warning: true})
		}
	}
	return problems
}
