package translations_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"fanlight/assets/translations"
)

// root is the folder of the whole program.
const root = "../.."

// ofFyne are the keys of what Fyne's own fields have in their menus. Fyne speaks some of the
// languages, and not Italian and Arabic.
var ofFyne = []string{"Cut", "Copy", "Paste", "Select all", "Undo", "Redo"}

// used are the keys that the program translates, each with whether it is counted.
type used map[string]bool

// usedKeys finds the keys in the window's source, in the page, and among those of others.
func usedKeys(t *testing.T) used {
	t.Helper()
	keys := used{}
	for _, key := range translations.Others {
		keys[key] = false
	}
	for _, key := range ofFyne {
		keys[key] = false
	}
	for _, s := range windowSources(t) {
		s.keys(t, keys)
	}
	window := len(keys)
	page := regexp.MustCompile("\\bt\\(\"([^\"]+)\"|\\.T `([^`]+)`|counted\\(\"([^\"]+)\"")
	for _, file := range glob(t, "assets/page/*") {
		for _, found := range page.FindAllStringSubmatch(read(t, file), -1) {
			keys[found[1]+found[2]+found[3]] = found[3] != ""
		}
	}
	if window < 100 || len(keys) < window+10 {
		t.Fatalf("%d keys in the window and %d in all: this test reads the source wrongly", window, len(keys))
	}
	return keys
}

// source is a file of the window's.
type source struct {
	path   string
	set    *token.FileSet
	file   *ast.File
	consts map[string]string // of its package
}

// windowSources are the files of package ui and those below it, without tests.
func windowSources(t *testing.T) (sources []source) {
	t.Helper()
	packages := map[string]map[string]string{}
	for _, path := range glob(t, "ui/*.go", "ui/kit/*.go") {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		dir := filepath.Dir(path)
		if packages[dir] == nil {
			packages[dir] = map[string]string{}
		}
		s := source{path, set, file, packages[dir]}
		s.findConsts()
		sources = append(sources, s)
	}
	return sources
}

func (s source) findConsts() {
	ast.Inspect(s.file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok && len(spec.Values) == len(spec.Names) {
			for i, name := range spec.Names {
				if text, ok := literal(spec.Values[i]); ok {
					s.consts[name.Name] = text
				}
			}
		}
		return true
	})
}

// keys adds those that the file translates.
func (s source) keys(t *testing.T, keys used) {
	t.Helper()
	ast.Inspect(s.file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		if name := called(call); name == "lang.L" || name == "lang.N" {
			key, ok := literal(call.Args[0])
			if id, named := call.Args[0].(*ast.Ident); named && !ok {
				key, ok = s.consts[id.Name]
			}
			switch {
			case ok:
				keys[key] = name == "lang.N"
			case filepath.Base(s.path) != "told.go": // which translates what others say
				t.Errorf("%s: the key is no literal", s.set.Position(call.Pos()))
			}
		}
		return true
	})
}

// called is the name of a function of another package.
func called(call *ast.CallExpr) string {
	if selector, ok := call.Fun.(*ast.SelectorExpr); ok {
		if of, ok := selector.X.(*ast.Ident); ok {
			return of.Name + "." + selector.Sel.Name
		}
	}
	return ""
}

func literal(e ast.Expr) (string, bool) {
	basic, ok := e.(*ast.BasicLit)
	if !ok || basic.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(basic.Value)
	return text, err == nil
}

func glob(t *testing.T, patterns ...string) (paths []string) {
	t.Helper()
	for _, pattern := range patterns {
		found, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: no files, %v", pattern, err)
		}
		paths = append(paths, found...)
	}
	return paths
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// A sentence of another part that has been changed there would stay English.
func TestOthersAreStillSaid(t *testing.T) {
	var said strings.Builder
	for _, room := range []string{"app", "drivers", "streaming"} {
		err := filepath.WalkDir(filepath.Join(root, room), func(path string, entry fs.DirEntry, err error) error {
			if err == nil && strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") {
				said.WriteString(read(t, path))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	all := strings.ToLower(said.String())
	for _, key := range translations.Others {
		for _, part := range regexp.MustCompile(`\{\{\.\w+\}\}`).Split(key, -1) {
			if part = strings.ToLower(strings.Trim(part, " .:()")); !strings.Contains(all, part) {
				t.Errorf("nobody says %q, of %q", part, key)
			}
		}
	}
}
