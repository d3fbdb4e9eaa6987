package translations_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"slices"
	"testing"
)

// untranslated are words that are no sentence: names, and what is the same everywhere.
var untranslated = []string{"Fanlight", "Fanlight ", "QR", "Ctrl+", "fanlightCard", "fanlightProblem", "with: ", "in one: ", " on ",
	"%s (%d)", "%d min"}

// looksSaid is true of a text that reads like a sentence: it begins with a capital letter,
// or has a space beside a letter.
var looksSaid = regexp.MustCompile(`^[A-Z][a-z]+|[a-z] |[,:.] [A-Za-z]| [a-z]{2}`)

// Every sentence that the window shows goes through package lang.
func TestWindowSaysNothingUntranslated(t *testing.T) {
	for _, s := range windowSources(t) {
		for _, text := range s.said() {
			t.Errorf("%s: %q is not translated", s.path, text)
		}
	}
}

// said are the literals of a file that read like sentences, and are not keys.
func (s source) said() (texts []string) {
	exempt := map[ast.Node]bool{}
	names := map[string]bool{} // of constants that are keys
	ast.Inspect(s.file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			exempt[n.Path] = true
		case *ast.KeyValueExpr: // the name of a field of a sentence
			exempt[n.Key] = true
		case *ast.CallExpr:
			switch called(n) {
			case "lang.L", "lang.N":
				exempt[n.Args[0]] = true
				if id, ok := n.Args[0].(*ast.Ident); ok {
					names[id.Name] = true
				}
			case "fyne.LogError", "fmt.Errorf", "errors.New": // for the log, or to be told apart
				exempt[n.Args[0]] = true
			}
		}
		return true
	})
	ast.Inspect(s.file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ValueSpec:
			return !names[n.Names[0].Name]
		case *ast.BasicLit:
			text, ok := literal(n)
			if ok && !exempt[n] && looksSaid.MatchString(text) && !slices.Contains(untranslated, text) {
				texts = append(texts, text)
			}
		}
		return true
	})
	return texts
}

func TestUntranslatedIsFound(t *testing.T) {
	const code = `package ui
const waiting = "Waiting for it"
var _ = lang.L(waiting)
var _ = lang.L("Copy {{.What}}", map[string]any{"What": "the link"})
var _ = widget.NewLabel("Close")
var _ = size + " is large"`
	set := token.NewFileSet()
	parsed, err := parser.ParseFile(set, "code.go", code, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	got := source{"code.go", set, parsed, nil}.said()
	if want := []string{"the link", "Close", " is large"}; !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
}
