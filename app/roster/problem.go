package roster

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"kaodian/app/base/refusal"
	"kaodian/app/exam"
)

// Code names what is wrong with a cell, a row or a file: the key of the
// translated sentence, never renamed.
type Code string

// What can be wrong with a file as a whole (Row 0, or the row of the headings).
const (
	FileEmpty       Code = "file_empty"
	FileBroken      Code = "file_broken"
	FileTooLarge    Code = "file_too_large"
	FileNotFound    Code = "file_not_found"
	OldExcel        Code = "old_excel"
	FilePassword    Code = "file_password"
	FileOther       Code = "file_other"
	FileNoTable     Code = "file_no_table"
	FileArchive     Code = "file_archive"
	FileSeparator   Code = "file_separator"
	FileUnusual     Code = "file_unusual"
	EncodingUnknown Code = "encoding_unknown"
	SheetsLeft      Code = "sheets_left"
	HeadingsMissing Code = "headings_missing"
	ColumnMissing   Code = "column_missing"
	ColumnTwice     Code = "column_twice"
	ColumnUnknown   Code = "column_unknown"
	ColumnHidden    Code = "column_hidden"
	NoRows          Code = "no_rows"
)

// What can be wrong with a row or a cell.
const (
	RowBroken        Code = "row_broken"
	RowNoEntry       Code = "row_no_entry"
	RowTooLong       Code = "row_too_long"
	RowHidden        Code = "row_hidden"
	HeadingsAgain    Code = "headings_again"
	HeadingsMoved    Code = "headings_moved"
	MoreProblems     Code = "more_problems"
	CellMissing      Code = "cell_missing"
	CellTooLong      Code = "cell_too_long"
	CellError        Code = "cell_error"
	CellFormula      Code = "cell_formula"
	CellControl      Code = "cell_control"
	CellBroken       Code = "cell_broken"
	CellBoolean      Code = "cell_boolean"
	CellDate         Code = "cell_date"
	CellMerged       Code = "cell_merged"
	NumberMangled    Code = "number_mangled"
	NumberShown      Code = "number_shown"
	GradeInvalid     Code = "grade_invalid"
	GradesInvalid    Code = "grades_invalid"
	GradesMangled    Code = "grades_mangled"
	GenderInvalid    Code = "gender_invalid"
	DateInvalid      Code = "date_invalid"
	BirthLate        Code = "birth_late"
	WindowInvalid    Code = "window_invalid"
	PiecesInvalid    Code = "pieces_invalid"
	PiecesMany       Code = "pieces_many"
	TicketTwice      Code = "ticket_twice"
	OrderTwice       Code = "order_twice"
	IDFormUnusual    Code = "id_form_unusual"
	IDCheckDigit     Code = "id_check_digit"
	IDBirthDate      Code = "id_birth_date"
	IDGender         Code = "id_gender"
	NameUnsafe       Code = "name_unsafe"
	PhotoMissing     Code = "photo_missing"
	PhotoNotFound    Code = "photo_not_found"
	PhotoFormat      Code = "photo_format"
	PhotoTooSmall    Code = "photo_too_small"
	PhotoTooLarge    Code = "photo_too_large"
	PhotoAnimated    Code = "photo_animated"
	PhotoCMYK        Code = "photo_cmyk"
	PhotoGrey        Code = "photo_grey"
	PhotoNoFace      Code = "photo_no_face"
	PhotoManyFaces   Code = "photo_several_faces"
	PhotoBlurred     Code = "photo_blurred"
	PhotoFaceSmall   Code = "photo_face_small"
	PhotoRephoto     Code = "photo_rephotographed"
	PhotoOld         Code = "photo_old"
	PhotoUnchecked   Code = "photo_unchecked"
	KindInvalid      Code = "kind_invalid"
	YesNoInvalid     Code = "yes_no_invalid"
	ItemTwice        Code = "item_twice"
	BankEmpty        Code = "question_bank_empty"
	QuestionUnused   Code = "question_unused"
	QuestionFormat   Code = "question_format"
	QuestionTooLarge Code = "question_too_large"
	QuestionEmpty    Code = "question_empty"
	QuestionPixels   Code = "question_pixels"
	QuestionAnimated Code = "question_animated"
	QuestionCMYK     Code = "question_cmyk"
	QuestionActive   Code = "question_active"
	QuestionLocked   Code = "question_locked"
	QuestionTwice    Code = "question_twice"
	FileUnused       Code = "file_unused"
	OrdersBare       Code = "orders_bare"
	SyllabusNone     Code = "syllabus_none"
	SyllabusLacks    Code = "syllabus_lacks"
	PersonErased     Code = "person_erased"
)

// Problem is one thing that is wrong, and where.
type Problem struct {
	File    string         `json:"file,omitempty"` // of a syllabus folder: syllabus.csv or bank.csv
	Row     int            `json:"row"`            // as the spreadsheet counts it, from 1; 0 means the whole file
	Column  string         `json:"column"`         // the contract's English heading, "" for the whole row
	Code    Code           `json:"code"`
	Args    map[string]any `json:"args,omitempty"`
	Warning bool           `json:"warning"` // the row is good all the same
}

// Failed says whether any problem is more than a warning.
func Failed(problems []Problem) bool {
	return slices.ContainsFunc(problems, func(p Problem) bool { return !p.Warning })
}

// FromExam makes a Problem of a refusal by the exam's rules, for instance of
// a grade that would change (R3), so that it is reported with its row. The
// column may be "".
func FromExam(row int, column string, refused *refusal.Error) Problem {
	args := maps.Clone(refused.Args)
	if refused.Code == exam.GradeInvalid { // the one sentence that both have
		args["value"] = args["grade"]
	}
	return Problem{Row: row, Column: column, Code: Code(refused.Code), Args: args}
}

// sortProblems orders them as a reader meets them in the file.
func sortProblems(problems []Problem) {
	slices.SortStableFunc(problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(b.File, a.File), cmp.Compare(a.Row, b.Row))
	})
}

// sentences say to an operator what is wrong and what to do; {name} is an argument.
var sentences = map[Code]string{
	FileEmpty:        "the file is empty; export the list again",
	FileBroken:       "the file cannot be read as a table ({reason}); open it in a spreadsheet program and save it again as .xlsx or CSV UTF-8",
	FileTooLarge:     "the file is too large (limit {limit}); split it",
	FileNotFound:     "there is no file {file}; put it into the folder",
	OldExcel:         "this is a workbook in the old .xls form; open it in a spreadsheet program and save it as .xlsx, or as CSV UTF-8",
	FilePassword:     "this is a workbook that is locked with a password; open it in a spreadsheet program and save it as .xlsx without one",
	FileOther:        "this is {what}, whatever its name says; open it in a spreadsheet program and save it as .xlsx, or as CSV UTF-8",
	FileNoTable:      "this is {what}, whatever its name says; ask for the list itself as .xlsx, or as CSV UTF-8",
	FileArchive:      "this is {what}, no list; unpack it and import the list that is in it",
	FileSeparator:    "the cells are separated by {separator}; open the list in a spreadsheet program and save it as .xlsx, or as CSV UTF-8 with commas",
	FileUnusual:      "the list {what}; it was read so, and .xlsx or CSV UTF-8 with commas is better next time",
	EncodingUnknown:  "this is no .xlsx workbook, and its text has no known heading, whether it is read as UTF-8 or as GB18030; save the list as «CSV UTF-8» or .xlsx, with 准考证号, 姓名 … above the entries",
	SheetsLeft:       "the sheets {sheets} look like lists too and were not read; put all entries into the first sheet that is shown, or import each sheet by itself",
	HeadingsMissing:  "there are no headings in the first 10 rows (the first begins with «{text}»); write 准考证号, 姓名 … in the row above the entries",
	ColumnMissing:    "there is no column {heading}; add it",
	ColumnTwice:      "the column {heading} is there twice; remove one",
	ColumnUnknown:    "the column «{heading}» is not known and was left out; correct its heading if it is needed",
	ColumnHidden:     "the column is hidden in the spreadsheet and was read; show it and look whether it is right",
	NoRows:           "there is no row below the headings; write one row for each entry, directly below them",
	RowBroken:        "the row cannot be read ({reason}); look for a quotation mark that is not closed",
	RowNoEntry:       "the row is no entry, it has hardly a cell filled («{text}»); delete a total or a note, or fill the row in",
	RowTooLong:       "the row has {cells} cells and there are {headings} headings; put a cell that has commas into quotation marks, or save the list as .xlsx",
	RowHidden:        "the row is hidden or filtered out in the spreadsheet and was read; show it, and delete it if it is not meant",
	HeadingsAgain:    "the row repeats the headings; it was left out",
	HeadingsMoved:    "the row has headings in another order than above; import what is below it as a list of its own",
	MoreProblems:     "the same («{what}») in {count} rows more: {rows}; they are counted, not told one by one",
	CellMissing:      "the cell is empty; fill it in",
	CellTooLong:      "the cell is longer than {limit} characters; shorten it",
	CellError:        "the cell holds the spreadsheet's error {value}; put the value itself there",
	CellFormula:      "the cell holds a formula without its result, or begins with =; open the list in a spreadsheet program, put the value itself there and save",
	CellControl:      "the cell holds a control character that nobody can see; enter the cell again",
	CellBroken:       "a character of «{value}» was lost on the way or is known to one machine only; enter it again, and save the list as .xlsx",
	CellBoolean:      "the cell holds the truth value {value}; enter the text itself",
	CellDate:         "the spreadsheet made a date of this cell; format the column as text and enter it again",
	CellMerged:       "the cell is merged with others from row {first} on; undo the merging and fill in every row",
	NumberShown:      "the spreadsheet shows this number ({value}) with signs that are not stored; format the column as text and enter it as it is shown",
	NumberMangled:    "the spreadsheet shortened this number to {value}; format the column as text and enter the number again",
	GradeInvalid:     "«{value}» is no grade from 1 to 10; write 8, 8级, 八级 or 八",
	GradesInvalid:    "«{value}» is no grade or range of grades; write 8 or 1-4",
	GradesMangled:    "the spreadsheet made the date «{value}» of a range of grades; format the column as text and write 1-4",
	GenderInvalid:    "«{value}» is no gender; write 男 or 女, or leave it empty",
	DateInvalid:      "«{value}» is no date; write 2026-07-01, or 2026-07-01T09:00:00+08:00 where a time is meant",
	BirthLate:        "the birth date {value} is after the upload window opens; check the year",
	WindowInvalid:    "the window ends before it opens; compare both times and correct the wrong one",
	PiecesInvalid:    "«{value}» has no piece; write 科目：曲目 or the piece alone",
	PiecesMany:       "the cell names {count} pieces, more than {limit}; write those that are played",
	TicketTwice:      "row {other} has the same ticket number; every order has its own",
	OrderTwice:       "row {other} registers the same person for the same subject and grade; remove one of them unless both are meant",
	IDFormUnusual:    "a resident's ID number has 17 digits and a digit or X; compare it with the document",
	IDCheckDigit:     "the check digit does not fit the ID number; compare it with the document",
	IDBirthDate:      "the birth date does not fit the ID number; compare both with the document",
	IDGender:         "the gender does not fit the ID number; compare both with the document",
	NameUnsafe:       "«{value}» is no plain file name; put the file into the folder itself and write its name only",
	PhotoMissing:     "no photo is named; the order is imported as 照片待补",
	PhotoNotFound:    "there is no photo {file} in the folder; the order is imported as 照片待补",
	PhotoFormat:      "the photo is no JPEG or PNG picture ({reason}); the order is imported as 照片待补",
	PhotoTooSmall:    "the photo has {size} bytes, fewer than {limit}; the order is imported as 照片待补",
	PhotoTooLarge:    "the photo has {size} bytes, more than {limit}; the order is imported as 照片待补",
	PhotoAnimated:    "the file holds several pictures that follow each other; the order is imported as 照片待补",
	PhotoCMYK:        "the photo has the colours of a printer (CMYK); the order is imported as 照片待补",
	PhotoGrey:        "the photo is not in colour; the order is imported as 照片待补",
	PhotoNoFace:      "no face was found in the photo; the order is imported as 照片待补",
	PhotoManyFaces:   "{faces} faces were found in the photo; the order is imported as 照片待补",
	PhotoBlurred:     "the photo may be blurred; look at it",
	PhotoFaceSmall:   "the face is small in the photo; ask for an ID photo",
	PhotoRephoto:     "the photo may have been taken of a screen or a print; look at it",
	PhotoOld:         "the photo was taken on {taken}, more than a year before the window; look at it",
	PhotoUnchecked:   "the photo could not be examined ({reason}); look at it",
	KindInvalid:      "«{value}» is no kind; write piece, etude, basic, sight_reading or accompaniment",
	YesNoInvalid:     "«{value}» is neither yes nor no; write one of the two",
	ItemTwice:        "row {other} has the same item for one of these grades; remove one of the rows, or give them grades that do not overlap",
	BankEmpty:        "grade {grade} has no question to draw in bank.csv; add one and import the syllabus",
	QuestionUnused:   "no drawn item of syllabus.csv asks for this question; compare subject, grades and item with that file",
	QuestionFormat:   "{file} is no PNG, JPEG or PDF ({reason}); save it as one of them",
	QuestionTooLarge: "{file} has {size} bytes, more than {limit}; save it with fewer pixels",
	QuestionEmpty:    "{file} is empty; save the score again",
	QuestionPixels:   "{file} has too many pixels ({reason}); save it smaller, 3000 pixels on the long side are enough",
	QuestionAnimated: "{file} holds several pictures that follow each other; save it as one picture",
	QuestionCMYK:     "{file} has the colours of a printer (CMYK), which phones show wrong; save it as RGB",
	QuestionActive:   "{file} does more than show pages ({reason}); print it into a new PDF, or save its page as a PNG",
	QuestionLocked:   "{file} is locked with a password; save it without one",
	QuestionTwice:    "row {other} is the same question with the same score; remove one of them",
	FileUnused:       "no row of bank.csv names this file; it was left out",

	OrdersBare: "orders for {subject} grade {grade} name no piece ({count} of them, the first is {ticket}) and would have nothing to record; add a row for that subject and grade, or import the orders with their pieces first",

	SyllabusNone:  "there is no syllabus yet, so {count} orders have their pieces alone to record and nothing is drawn; import the syllabus before the first exam, unless the province hands out none",
	SyllabusLacks: "the syllabus has no row for {subject} grade {grade}, so the order has its pieces alone to record and nothing is drawn; compare subject and grade, or add the row to the syllabus",

	PersonErased: "this seems to be somebody who was erased here for good; ask whether that person registered again, else delete the row from the list",

	// Refusals by the exam's rules that an import can meet.
	Code(exam.NoItems):        "the order names no piece and the syllabus has no row for its subject and grade, so there would be nothing to record; name the pieces, or import the syllabus first",
	Code(exam.SubjectChanged): "the order is registered for {before}, the list says {now}; a subject never changes, so give the new one a ticket of its own",
	Code(exam.GradeChanged):   "the order is registered for grade {before}, the list says {now}; a grade never changes, so give the new one a ticket of its own",
	Code(exam.PersonChanged):  "the order was begun by a person with another ID; give this person a ticket of their own",
	Code(exam.WindowClosed):   "the new window has closed already; give it a later end",
	Code(exam.OrderSubmitted): "the order was submitted, so its window cannot move; write the old one",
	Code(exam.OrderSealed):    "the order was sent to the province, so its window cannot move; write the old one",
}

// String is the sentence for an operator: where, what, and what to do.
func (p Problem) String() string {
	var where []string
	if p.File != "" {
		where = append(where, p.File)
	}
	if p.Row > 0 {
		where = append(where, fmt.Sprintf("row %d", p.Row))
	}
	if p.Column != "" {
		where = append(where, label(p.Column))
	}
	text := p.sentence()
	if p.Warning {
		text = "warning: " + text
	}
	if len(where) == 0 {
		return text
	}
	return strings.Join(where, ", ") + ": " + text
}

func (p Problem) sentence() string {
	text, known := sentences[p.Code]
	if !known { // a refusal by the exam's rules
		return (&refusal.Error{Code: refusal.Code(p.Code), Args: p.Args}).Error()
	}
	if p.Code == MoreProblems {
		text = strings.ReplaceAll(text, "{what}", inShort(Code(fmt.Sprint(p.Args["code"]))))
	}
	for _, key := range slices.Sorted(maps.Keys(p.Args)) {
		text = strings.ReplaceAll(text, "{"+key+"}", fmt.Sprint(p.Args[key]))
	}
	return text
}

var argument = regexp.MustCompile(`\{\w+\}`)

// inShort is what a code says of many rows: without what to do, and without
// what is another in each.
func inShort(code Code) string {
	text, _, _ := strings.Cut(sentences[code], ";")
	return argument.ReplaceAllString(cmp.Or(text, string(code)), "…")
}
