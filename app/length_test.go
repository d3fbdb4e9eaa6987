package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

// A file that is read in one sitting has one subject, and a function fits a screen: longer ones hide a second subject.
const (
	longestFile     = 350
	longestFunction = 60
)

func TestFilesAndFunctionsAreShort(t *testing.T) {
	files := 0
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && path != ".." && strings.HasPrefix(entry.Name(), "."):
			return filepath.SkipDir
		case filepath.Ext(path) != ".go":
			return nil
		}
		files++
		tooLong, err := overlong(path, nil)
		for _, place := range tooLong {
			t.Error(place)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 100 {
		t.Errorf("%d files are looked at", files)
	}
}

// overlong says which functions of a Go file are too long, and whether it is itself. The content is that of the file
// if source is nil; see parser.ParseFile.
func overlong(path string, source any) (places []string, err error) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, source, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	if lines := set.File(file.Pos()).LineCount(); lines > longestFile {
		places = append(places, fmt.Sprintf("%s has %d lines, more than %d: give each of its subjects a file", path, lines, longestFile))
	}
	for _, declaration := range file.Decls {
		function, ok := declaration.(*ast.FuncDecl)
		if !ok {
			continue
		}
		begin, end := set.Position(function.Pos()), set.Position(function.End())
		if lines := end.Line - begin.Line + 1; lines > longestFunction {
			places = append(places, fmt.Sprintf("%s:%d: %s has %d lines, more than %d: give a part of it a name",
				path, begin.Line, function.Name.Name, lines, longestFunction))
		}
	}
	return places, nil
}

func TestOverlong(t *testing.T) {
	function := func(lines int) string { return "func f() {" + strings.Repeat("\n", lines-1) + "}\n" }
	file := func(lines int) string { return "package p\n" + strings.Repeat("\n", lines-1) }
	for name, test := range map[string]struct {
		source string
		want   int
	}{
		"file":              {file(longestFile), 0},
		"long file":         {file(longestFile + 1), 1},
		"function":          {"package p\n" + function(longestFunction), 0},
		"long function":     {"package p\n" + function(longestFunction+1), 1},
		"long functions":    {"package p\n" + strings.Repeat(function(longestFunction+1), 2), 2},
		"long in long file": {file(longestFile) + function(longestFunction+1), 2},
	} {
		if places, err := overlong("p.go", test.source); err != nil || len(places) != test.want {
			t.Errorf("%s: %q, %v", name, places, err)
		}
	}
}
