package exam

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"testing"
)

// Whoever adds a word to those that findings are told with adds it to the
// lists, and so to the API's description and to what has to be translated.
func TestTheListsHaveEveryWord(t *testing.T) {
	listed := map[string][]string{
		"Verdict": wordsOf(Verdicts), "Side": wordsOf(Sides), "Unit": wordsOf(Units), "Kind": wordsOf(Kinds), "Note": wordsOf(Notes),
	}
	file, err := parser.ParseFile(token.NewFileSet(), "finding.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 {
			return true
		}
		of, named := spec.Type.(*ast.Ident)
		value, literal := spec.Values[0].(*ast.BasicLit)
		if !named || !literal || listed[of.Name] == nil {
			return true
		}
		word, _ := strconv.Unquote(value.Value)
		if seen[of.Name]++; !slices.Contains(listed[of.Name], word) {
			t.Errorf("%s %s is in no list", of.Name, word)
		}
		return true
	})
	for name, words := range listed {
		if seen[name] != len(words) {
			t.Errorf("%d of %s are declared, %d listed", seen[name], name, len(words))
		}
	}
}

func wordsOf[T ~string](list []T) []string {
	var all []string
	for _, word := range list {
		all = append(all, string(word))
	}
	return all
}
