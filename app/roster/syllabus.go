package roster

import (
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"time"

	"kaodian/app/exam"
)

// The files of a syllabus folder.
const (
	syllabusFile = "syllabus.csv"
	bankFile     = "bank.csv"
)

// MaxQuestionBytes limits one drawn score: phones load it during the exam.
const MaxQuestionBytes = 20 << 20

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
func (s *Syllabus) readTable(folder *Folder, file string, columns []column, take func(r *reader)) {
	content, err := folder.Read(file, maxFileBytes)
	r := newReader(file, time.UTC, maxSyllabus)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		r.note(0, problem(FileNotFound, "file", file)...)
	case errors.Is(err, errTooLarge):
		r.note(0, problem(FileTooLarge, "limit", fmt.Sprintf(mib, maxFileBytes>>20))...)
	case err != nil:
		r.note(0, problem(FileBroken, "reason", err.Error())...)
	default:
		r.each(content, columns, func() { take(r) })
	}
	s.Problems = append(s.Problems, r.found.List()...)
}

// itemName is an item of a subject, of whatever grades.
type itemName struct{ subject, item string }

func (s *Syllabus) readItems(folder *Folder) {
	known := map[itemName][]SyllabusItem{}
	s.readTable(folder, syllabusFile, syllabusColumns, func(r *reader) {
		item := SyllabusItem{Row: r.line.number, Scope: r.scope(), ItemSpec: exam.ItemSpec{
			Name:  r.required("item"),
			Kind:  r.kind(),
			Drawn: r.yesNo("drawn"),
			Group: r.text("group"),
		}}
		name := itemName{item.Subject, item.Name}
		twice := slices.IndexFunc(known[name], func(other SyllabusItem) bool { return item.Name != "" && other.overlaps(item.Scope) })
		if twice >= 0 {
			r.wrong("item", ItemTwice, "other", known[name][twice].Row)
		}
		if !r.bad {
			s.Items = append(s.Items, item)
			known[name] = append(known[name], item)
		}
	})
}

func (s *Syllabus) readBank(folder *Folder) {
	scores, known := &scores{folder: folder, seen: map[string]score{}}, map[Question]int{}
	s.readTable(folder, bankFile, bankColumns, func(r *reader) {
		question := Question{
			Row:      r.line.number,
			Scope:    r.scope(),
			Item:     r.required("item"),
			Title:    r.required("title"),
			FileName: r.text("file"),
		}
		if question.FileName != "" {
			found := scores.look(question.FileName)
			question.Type, question.File = found.mediaType, found.sum
			for _, p := range found.wrong {
				p.Column = "file"
				r.note(r.line.number, p)
			}
		}
		same := question // as the bank has it
		same.Row, same.FileName = 0, ""
		if other, twice := known[same]; twice && !r.bad {
			r.wrong("title", QuestionTwice, "other", other)
		}
		known[same] = question.Row
		if !r.bad {
			s.Questions = append(s.Questions, question)
		}
	})
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

func (r *reader) kind() exam.ItemKind {
	text := r.required("kind")
	switch kind := exam.ItemKind(foldHeading(text)); kind {
	case "", exam.ItemPiece, exam.ItemEtude, exam.ItemBasic, exam.ItemSightReading, exam.ItemAccompaniment:
		return kind
	case "乐曲":
		return exam.ItemPiece
	case "练习曲":
		return exam.ItemEtude
	case "基本练习":
		return exam.ItemBasic
	case "视奏":
		return exam.ItemSightReading
	case "编配伴奏":
		return exam.ItemAccompaniment
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

// checkBank refuses a drawn item without a question for one of its grades:
// it would be noticed when the first candidate starts.
func (s *Syllabus) checkBank() []Problem {
	var problems Problems
	bank, used := map[itemName][]Question{}, map[int]bool{}
	for _, q := range s.Questions {
		name := itemName{q.Subject, q.Item}
		bank[name] = append(bank[name], q)
	}
	for _, item := range s.Items {
		if !item.Drawn {
			continue
		}
		questions := bank[itemName{item.Subject, item.Name}]
		for grade := item.GradeFrom; grade <= item.GradeTo; grade++ {
			found := false
			for _, q := range questions {
				if q.covers(grade) {
					found, used[q.Row] = true, true
				}
			}
			if !found {
				problems.Add(Problem{File: syllabusFile, Row: item.Row, Column: "grades", Code: BankEmpty, Args: map[string]any{"grade": grade}})
			}
		}
	}
	for _, q := range s.Questions {
		if !used[q.Row] {
			problems.Add(Problem{File: bankFile, Row: q.Row, Column: "item", Code: QuestionUnused, Warning: true})
		}
	}
	return problems.List()
}
