package intake

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/exam"
	"kaodian/app/roster"
)

// SyllabusPreview is what taking a syllabus in would do, row by row. It changed
// nothing, and is forgotten as other previews are.
type SyllabusPreview struct {
	ID          string
	Name        string // the file's
	Waiting     bool   // more files are to come: nothing was read yet
	Rows        []SyllabusRow
	Problems    []roster.Problem // of the files as a whole
	Counts      map[store.Verdict]int
	Warned      int // rows that are good and have a warning
	Fingerprint string

	folder  string
	refused []roster.Problem // files that were not kept
	kept    []string         // names of those that were
	busy    *sync.Mutex      // of all versions: whoever adds to it or takes it in
	read    roster.Syllabus
	parcel  *store.ParcelRef // that brought it from the province, nil for none
}

// SyllabusRow is one row of the syllabus or of its bank, or one that the new
// syllabus does not have.
type SyllabusRow struct {
	File      string // syllabus.csv or bank.csv
	Row       int    // as the spreadsheet counts it, 0 of one that goes
	Subject   string
	GradeFrom int
	GradeTo   int
	Item      string
	exam.ItemSpec
	Title    string // of a question
	Score    string // the name of its file
	Type     string // media type
	Verdict  store.Verdict
	Changes  []store.Change
	Problems []roster.Problem
}

// Bad says that something of it cannot be taken in, and so nothing of it.
func (p *SyllabusPreview) Bad() bool {
	return p.Waiting || p.Counts[store.RowRefused] > 0 || roster.Failed(p.Problems)
}

// AddSyllabus receives a ZIP, or one file, of a syllabus. into is the preview
// that it is added to, "" begins one; more says that other files follow, and
// that it is read with the last. The same file sent once more changes nothing:
// the answer to the first one may have been lost.
func (i *Intake) AddSyllabus(ctx context.Context, path, name, into string, more bool, left Room) (*SyllabusPreview, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	p, done, err := i.syllabusInto(name, into)
	if err != nil {
		return nil, err
	}
	defer done()
	if err := os.MkdirAll(p.folder, 0o700); err != nil {
		return nil, err
	}
	room := &share{account: &i.account, left: left}
	defer room.end()
	err = p.receive(file, name, room)
	if p.Waiting = more; err == nil && !more {
		err = i.readSyllabus(ctx, p)
	}
	if err != nil {
		if into == "" { // nobody knows of the folder
			err = errors.Join(err, os.RemoveAll(p.folder))
		}
		return nil, err
	}
	i.syllabi.put(p, maxSyllabi)
	return p, nil
}

// syllabusInto is a new preview of a syllabus, or the one that is added to, as
// long as nobody else adds to it or takes it in.
func (i *Intake) syllabusInto(name, into string) (p *SyllabusPreview, done func(), err error) {
	if into == "" {
		p = &SyllabusPreview{ID: store.NewID(), Name: roster.Shorten(name), Waiting: true, busy: &sync.Mutex{}}
		p.folder = filepath.Join(i.previewFolder(), p.ID)
		return p, func() {}, nil
	}
	former, done, err := i.syllabi.hold(into)
	if err != nil {
		return nil, nil, err
	}
	copied := *former // who reads the former one goes on reading it
	copied.refused, copied.kept = slices.Clone(former.refused), slices.Clone(former.kept)
	return &copied, done, nil
}

func (p *SyllabusPreview) receive(file *os.File, name string, room *share) error {
	before := slices.Clone(p.kept)
	keep := &keeper{
		folder: p.folder, room: room, limit: limitOf, twice: EntryTwice, refuse: p.refuse,
		kept:  func(name string) { p.kept = append(p.kept, name) },
		known: func(name string) bool { return slices.Contains(p.kept, name) },
		same: func(e entry) bool {
			return slices.Contains(before, e.name) && e.equals(filepath.Join(p.folder, e.name))
		},
	}
	switch {
	case isPacked(file, name):
		return unpack(file, keep)
	case isJunk(name):
		return nil
	case !isPlainName(name):
		p.refuse(roster.Shorten(name), EntryPath)
		return nil
	}
	info, err := file.Stat()
	if err != nil {
		return err
	}
	return keep.addOne(entry{name: name, size: info.Size(), open: func() (reader, error) { return os.Open(file.Name()) }})
}

// limitOf is how large a file of a syllabus may be.
func limitOf(name string) (int64, roster.Code) {
	if ext := filepath.Ext(name); ext == ".csv" || ext == ".CSV" {
		return roster.MaxFileBytes, roster.FileTooLarge
	}
	return roster.MaxQuestionBytes, roster.QuestionTooLarge
}

func (p *SyllabusPreview) refuse(name string, code roster.Code, args ...any) {
	told := argsOf(args)
	told["file"] = name
	if slices.ContainsFunc(p.refused, func(one roster.Problem) bool { return one.File == name && one.Code == code }) {
		return // sent once more
	}
	p.refused = append(p.refused, roster.Problem{File: name, Code: code, Args: told})
}

// readSyllabus reads the files in the cage and says what would become of them.
func (i *Intake) readSyllabus(ctx context.Context, p *SyllabusPreview) error {
	read, err := i.Readers.Syllabus(ctx, p.folder)
	if err != nil {
		return err
	}
	folder, err := roster.OpenFolder(p.folder)
	if err != nil {
		return err
	}
	defer folder.Close()
	var unused roster.Problems
	for _, name := range read.Unused(folder) {
		unused.Add(roster.Problem{File: name, Code: roster.FileUnused, Warning: true, Args: map[string]any{"file": name}})
	}
	if !roster.Failed(read.Problems) { // else a row that could not be read may name it
		read.Problems = append(read.Problems, unused.List()...)
	}
	p.read = read
	return i.judgeSyllabus(ctx, p)
}

// judgeSyllabus says anew what would become of the rows.
func (i *Intake) judgeSyllabus(ctx context.Context, p *SyllabusPreview) error {
	next := syllabusOf(p.read)
	plan, err := i.Store.PreviewSyllabus(ctx, next)
	if err != nil {
		return err
	}
	p.Fingerprint, p.Rows, p.Problems = plan.Fingerprint, nil, bareOrders(plan.Bare)
	for place, item := range p.read.Items {
		p.Rows = append(p.Rows, rowOfItem(item.Row, next.Items[place], plan.Items[place]))
	}
	for place, q := range p.read.Questions {
		row := rowOfQuestion(q.Row, next.Bank[place], plan.Questions[place])
		row.Score = q.FileName
		p.Rows = append(p.Rows, row)
	}
	if !roster.Failed(p.read.Problems) { // of a file that is not read whole nothing is known to go
		for _, gone := range plan.GoneItems {
			p.Rows = append(p.Rows, rowOfItem(0, gone.SyllabusItem, gone.Outcome))
		}
		for _, gone := range plan.GoneQuestions {
			p.Rows = append(p.Rows, rowOfQuestion(0, gone.BankQuestion, gone.Outcome))
		}
	}
	p.addProblems()
	p.count()
	return nil
}

func rowOfItem(number int, item store.SyllabusItem, o store.Outcome) SyllabusRow {
	return SyllabusRow{
		File: syllabusFile, Row: number, Subject: item.Subject, GradeFrom: item.GradeFrom, GradeTo: item.GradeTo, Item: item.Name,
		ItemSpec: item.ItemSpec, Verdict: verdictOf(o), Changes: o.Changes, Problems: refusedBy(syllabusFile, number, o),
	}
}

func rowOfQuestion(number int, q store.BankQuestion, o store.Outcome) SyllabusRow {
	return SyllabusRow{
		File: bankFile, Row: number, Subject: q.Subject, GradeFrom: q.GradeFrom, GradeTo: q.GradeTo, Item: q.Item, Title: q.Title,
		Type: q.Type, Verdict: verdictOf(o), Changes: o.Changes, Problems: refusedBy(bankFile, number, o),
	}
}

func verdictOf(o store.Outcome) store.Verdict {
	if o.Refused != nil {
		return store.RowRefused
	}
	return o.Verdict
}

func refusedBy(file string, number int, o store.Outcome) []roster.Problem {
	refused, ok := errors.AsType[*refusal.Error](o.Refused)
	if !ok {
		return nil
	}
	problem := roster.FromExam(number, "", refused)
	problem.File = file
	return []roster.Problem{problem}
}

// addProblems puts what was found beside its row. A score that was not kept is
// told with the row that names it.
func (p *SyllabusPreview) addProblems() {
	type place struct {
		file string
		row  int
	}
	rows, kept := map[place]int{}, map[string]roster.Problem{}
	for at, row := range p.Rows {
		rows[place{row.File, row.Row}] = at
	}
	for _, problem := range p.refused {
		kept[problem.File] = problem
	}
	for _, problem := range p.read.Problems {
		at, known := rows[place{problem.File, problem.Row}]
		if known = known && problem.Row > 0; !known && (problem.Row == 0 || problem.Warning || problem.Code == roster.MoreProblems) {
			p.Problems = append(p.Problems, problem)
			continue
		}
		if why, refused := kept[fmt.Sprint(problem.Args["file"])]; refused && problem.Code == roster.FileNotFound {
			problem.Code, problem.Args = why.Code, why.Args
			delete(kept, why.File)
		}
		if !known {
			p.Rows = append(p.Rows, SyllabusRow{File: problem.File, Row: problem.Row, Verdict: store.RowRefused})
			at = len(p.Rows) - 1
			rows[place{problem.File, problem.Row}] = at
		}
		p.Rows[at].Problems = append(p.Rows[at].Problems, problem)
	}
	var rest roster.Problems
	for _, problem := range p.refused {
		if _, left := kept[problem.File]; left {
			rest.Add(problem)
		}
	}
	p.Problems = append(p.Problems, rest.List()...)
}

func (p *SyllabusPreview) count() {
	p.Counts, p.Warned = map[store.Verdict]int{}, 0
	for _, row := range p.Rows {
		p.Counts[row.Verdict]++
		if row.Verdict != store.RowRefused && len(row.Problems) > 0 {
			p.Warned++
		}
	}
	slices.SortStableFunc(p.Rows, func(a, b SyllabusRow) int {
		return cmp.Or(cmp.Compare(b.File, a.File), compareGone(a.Row, b.Row), cmp.Compare(a.Row, b.Row))
	})
}

// compareGone puts what goes behind what comes.
func compareGone(a, b int) int {
	switch {
	case a == 0 && b > 0:
		return 1
	case b == 0 && a > 0:
		return -1
	}
	return 0
}

// Score is where the score of a question of the preview lies, and the question.
func (p *SyllabusPreview) Score(row int) (path string, question store.BankQuestion, err error) {
	at := slices.IndexFunc(p.read.Questions, func(q roster.Question) bool { return q.Row == row && q.FileName != "" })
	if at < 0 {
		return "", question, refusal.New(refusal.NotFound)
	}
	folder, err := roster.OpenFolder(p.folder)
	if err != nil {
		return "", question, refusal.New(PreviewGone)
	}
	defer folder.Close()
	name, err := folder.Find(p.read.Questions[at].FileName)
	if err != nil {
		return "", question, refusal.New(refusal.NotFound)
	}
	return filepath.Join(p.folder, name), syllabusOf(p.read).Bank[at], nil
}
