package exam

import (
	"testing"
	"time"

	"kaodian/app/base/refusal"
)

func TestR3_AReimportNeverChangesSubjectOrGrade(t *testing.T) {
	begun := play(t, rules(), newOrder(), does("1 09:00", start("a1"))).order
	voided := play(t, rules(), begun, does("1 09:01", void("a1"))).order
	for _, c := range []struct {
		name   string
		order  Order
		change func(*Registration)
		want   refusal.Code
	}{
		{"the same again is welcome", newOrder(), func(*Registration) {}, ""},
		{"name, phone, photo and pieces may change", begun, func(g *Registration) {
			g.Name, g.Phone, g.Photo, g.Pieces = "王晓明", "13800000000", "ab", []Piece{{"乐曲", "C"}}
		}, ""},
		{"another subject is refused", newOrder(), func(g *Registration) { g.Subject = "电子琴" }, SubjectChanged},
		{"another grade is refused", newOrder(), func(g *Registration) { g.Grade = 4 }, GradeChanged},
		{"a corrected ID number is welcome before any attempt", newOrder(), func(g *Registration) { g.IDNumber = "2" }, ""},
		{"another person is refused once an attempt exists", begun, func(g *Registration) { g.IDNumber = "2" }, PersonChanged},
		{"another kind of ID too", begun, func(g *Registration) { g.IDType = "护照" }, PersonChanged},
		{"also when the attempt was voided", voided, func(g *Registration) { g.IDNumber = "2" }, PersonChanged},
		{"the same number written otherwise is the same person (R4)", begun, func(g *Registration) { g.IDNumber = " 11010120150101123ｘ　" }, ""},
		{"a window that ends before it opens is refused", newOrder(), func(g *Registration) { g.Window.ClosesAt = g.Window.OpensAt }, WindowInvalid},
	} {
		t.Run(c.name, func(t *testing.T) {
			next := c.order.Registration
			c.change(&next)
			if err := c.order.CheckReimport(next); refusal.CodeOf(err) != c.want || c.want == "" && err != nil {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestR1_GradesAreOneToTen(t *testing.T) {
	for n, want := range map[int]refusal.Code{0: GradeInvalid, 1: "", 10: "", 11: GradeInvalid, -1: GradeInvalid} {
		g := newOrder(grade(n)).Registration
		if err := g.Check(); refusal.CodeOf(err) != want || want == "" && err != nil {
			t.Errorf("grade %d: got %v, want %q", n, err, want)
		}
	}
}

func TestR4_NumbersAreComparedTrimmedFoldedWithoutCase(t *testing.T) {
	for text, want := range map[string]string{
		"11010120150101123X": "11010120150101123x", "  t-1\t": "t-1", "１２３ＡＢｃ": "123abc", "　Ａ　": "a", "（Ａ）１": "(a)1", "张三": "张三", "": "",
	} {
		if got := FoldID(text); got != want {
			t.Errorf("%q folds to %q, want %q", text, got, want)
		}
	}
	one, two := newOrder(), newOrder(func(o *Order) { o.IDType = "护照" })
	if one.PersonKey() == two.PersonKey() {
		t.Error("another kind of ID is the same person")
	}
}

func TestR25_AGuardianIsNeededUnderFourteen(t *testing.T) {
	for _, c := range []struct {
		name string
		born Date
		when string
		want bool
	}{
		{"the day before the fourteenth birthday", Date{2012, time.July, 2}, "1 23:59", true},
		{"on the fourteenth birthday, in Shanghai", Date{2012, time.July, 2}, "2 00:00", false},
		{"grown up", Date{1990, time.January, 1}, "1 09:00", false},
		{"with an unknown birthday", Date{}, "1 09:00", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := Registration{BirthDate: c.born}
			if got := g.GuardianRequired(rules(), at(c.when)); got != c.want {
				t.Errorf("got %v", got)
			}
			if got := g.GuardianRequired(rules(), at(c.when).UTC()); got != c.want {
				t.Errorf("got %v from the same moment in UTC", got)
			}
		})
	}
}

func TestR25_TheAnswerAboutFacesIsRecorded(t *testing.T) {
	unasked := newOrder(func(o *Order) { o.Consent = Consent{} })
	given := Consented{Face: true, Guardian: "王大明", By: staff}
	s := play(t, rules(), unasked, does("1 09:00", given), does("1 10:00", given)) // said again it is no news
	if want := (Consent{ConsentGiven, "王大明", at("1 09:00")}); s.order.Consent != want {
		t.Errorf("consent %+v", s.order.Consent)
	}
	if f := s.told(FactConsented); len(f) != 1 || f[0].By != staff || f[0].Args["answer"] != ConsentGiven {
		t.Errorf("facts %+v", f)
	}
}

func TestDatesAreReadAndWritten(t *testing.T) {
	for text, ok := range map[string]bool{"2015-01-31": true, "": true, "2015-02-29": false, "31.1.2015": false} {
		d, err := ParseDate(text)
		if (err == nil) != ok || ok && d.String() != text {
			t.Errorf("%q gives %q, %v", text, d, err)
		}
	}
}

func TestAMaskedIDLogsNobodyIn(t *testing.T) {
	for number, want := range map[string]string{"37010220140506123X": "3701**********123X", "P1234567": "P1****67", "1": "*", "": ""} {
		if got := MaskID(number); got != want {
			t.Errorf("%s: %s, want %s", number, got, want)
		}
	}
}
