package blot_test

import (
	"testing"

	"kaodian/app/base/blot"
)

func TestAWordIsFoundHoweverItIsWritten(t *testing.T) {
	for _, c := range []struct{ word, text, want string }{
		{"诸葛小欢", "诸葛 小欢说", "■■■说"},
		{"诸葛小欢", "诸葛　小·欢", "■■■"},
		{"Zhuge Xiaohuan", "by ZHUGEXIAOHUAN, by zhuge  xiaohuan.", "by ■■■, by ■■■."},
		{"13912345678", "电话１３９１２３４５６７８。", "电话■■■。"},
		{"13912345678", "139 1234 5678", "■■■"},
		{"13912345678", "of 139 1234 5678.", "of ■■■."},
		{"TICKET-77", "of ticket-77, ticket 77", "of ■■■, ■■■"},
		{"370102201605060088", "x370102201605060088", "x370102201605060088"},
		{"12345678", "812345678 123456789", "812345678 123456789"},
		{"456789", "123 456 789", "123 456 789"},
		{"456789", "456 789", "■■■"},
		{"A7", "A77 and a7", "A77 and ■■■"},
		{"Li Na", "Lina is not Alina", "■■■ is not Alina"},
		{"■", "■■", "■■"},
		{"", "any", "any"},
	} {
		if got := blot.Text(c.text, []blot.Word{blot.Fold(c.word)}); got != c.want {
			t.Errorf("%q in %q: %q, want %q", c.word, c.text, got, c.want)
		}
	}
}

func TestWordsThatOverlapAreOneMark(t *testing.T) {
	words := []blot.Word{blot.Fold("诸葛小欢"), blot.Fold("小欢"), blot.Fold("T 77")}
	if got := blot.Text("诸葛小欢，T77", words); got != "■■■，■■■" {
		t.Error(got)
	}
	if !words[1].Piece("x小 欢y") || words[1].Piece("小的欢") || words[0].Han() != 4 || words[2].Han() != 0 {
		t.Error("a piece is not told from another")
	}
}

func FuzzText(f *testing.F) {
	f.Add("诸葛 小欢", "诸葛小欢\xff")
	f.Fuzz(func(t *testing.T, word, text string) {
		w := blot.Fold(word)
		if left := blot.Text(text, []blot.Word{w}); w.In(left) && w.In(text) && left == text {
			t.Errorf("%q stands in %q", word, left)
		}
	})
}

// What goes from what concerns somebody else is found in nobody else's name.
func TestOnlyLongWordsAreSure(t *testing.T) {
	for name, want := range map[string]bool{
		"王小明": false, "司马相如": true, "欧阳 修文": true, "Ann Lee": false, "Ann Leeson": true, "Constantinople": false, "": false, "Li 明": false,
	} {
		if blot.IsSureName(name) != want {
			t.Errorf("%q is sure: %t", name, !want)
		}
	}
	for number, want := range map[string]bool{"12345": false, "１２３４５６": true, "PH-1001": true, "": false} {
		if blot.Fold(number).IsSure() != want {
			t.Errorf("%q is sure: %t", number, !want)
		}
	}
}
