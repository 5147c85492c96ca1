package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"kaodian/app/exam"
	"kaodian/sync/batch"
	"kaodian/sync/batch/formattest"
)

// words are every word of the house that travels in a batch, by the part of the
// format's page that has to name it.
func words(t *testing.T) map[string][]string {
	t.Helper()
	var irregularities []string
	for _, category := range exam.IrregularityCategories() {
		irregularities = append(irregularities, category.Name)
	}
	departures := append(exam.Categories("钢琴"), exam.Categories("二胡")...) // filmed from the side, and not
	return map[string][]string{
		"### Findings\n":                 slices.Concat(texts(exam.Kinds), texts(exam.Notes), texts(exam.Units), texts(exam.Sides)),
		"### findings\n":                 slices.Concat(texts(exam.Verdicts), texts(exam.Sides)),
		"### ticks\n":                    slices.Concat(texts(exam.Parts), constants(t, "app/exam", "Heard")),
		"### items\n":                    constants(t, "app/exam", "ItemKind"),
		"### attempts\n":                 constants(t, "app/exam", "AttemptState"),
		"### marks\n":                    constants(t, "app/exam", "Level"),
		"### decisions\n":                constants(t, "app/exam", "DecisionKind"),
		"### Who\n":                      constants(t, "app/exam", "Role"),
		"`departures.category`:":         departures,
		"`irregularities.category`:":     irregularities,
		"### Actions\n":                  slices.Concat(constants(t, "app/exam", "FactKind"), constants(t, "app/centre/store", "audit.Action"), texts(exam.Documents())),
		"## A batch\n":                   slices.Concat(keys(batch.Manifest{}), keys(batch.File{})),
		"## The receipt\n":               slices.Concat(keys(batch.Receipt{}), constants(t, "sync/batch", "ReceiptStatus")),
		"## The enrolment\n":             keys(batch.Invitation{}),
		"The install makes its name":     keys(batch.Request{}),
		"The province answers a request": keys(batch.Answer{}),
	}
}

// A word that travels and is not on the page is one that nobody else's program
// knows: whoever adds one says there what it means.
func TestThePageOfTheFormatNamesEveryWordThatTravels(t *testing.T) {
	page := formattest.Text(t)
	for part, all := range words(t) {
		_, text, found := strings.Cut(page, part)
		if !found || len(all) == 0 {
			t.Errorf("the page has no part %q, or nothing is to be in it", part)
		}
		end := "\n##" // of a section
		if strings.HasPrefix(part, "`") {
			end = "\n\n" // of a paragraph
		}
		text, _, _ = strings.Cut(text, end)
		for _, word := range all {
			if word != "" && !strings.Contains(text, "`"+word+"`") {
				t.Errorf("%q is not in the part %q of sync/batch/FORMAT.md: say there what it means", word, strings.TrimSpace(part))
			}
		}
	}
}

func texts[T ~string](words []T) (all []string) {
	for _, word := range words {
		all = append(all, string(word))
	}
	return all
}

// keys are the keys of a message's JSON.
func keys(message any) (names []string) {
	of := reflect.TypeOf(message)
	for i := range of.NumField() {
		name, _, _ := strings.Cut(of.Field(i).Tag.Get("json"), ",")
		names = append(names, name)
	}
	return names
}

// constants are the values of a package's constants of that type.
func constants(t *testing.T, folder, typed string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, folder, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]bool{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(node ast.Node) bool {
			value, ok := node.(*ast.ValueSpec)
			if !ok || value.Type == nil || typeName(value.Type) != typed {
				return true
			}
			for _, one := range value.Values {
				if literal, ok := one.(*ast.BasicLit); ok {
					text, err := strconv.Unquote(literal.Value)
					if err != nil {
						t.Fatal(err)
					}
					values[text] = true
				}
			}
			return true
		})
	}
	if len(values) == 0 {
		t.Fatalf("%s has no constants of the type %s", folder, typed)
	}
	return slices.Sorted(maps.Keys(values))
}

func typeName(of ast.Expr) string {
	switch of := of.(type) {
	case *ast.Ident:
		return of.Name
	case *ast.SelectorExpr:
		return typeName(of.X) + "." + of.Sel.Name
	}
	return ""
}
