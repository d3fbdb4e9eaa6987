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

// mayStart are the files of the cameras' code that start goroutines other than by
// caught.Go, timers among them, and why a panic there is not what a camera's bytes lead to.
var mayStart = map[string]string{
	"../drivers/caught/caught.go":          "turns the panic into an error",
	"../drivers/polled/ticker_linux.go":    "sets a deadline",
	"../drivers/process/child.go":          "sets a deadline, or kills",
	"../drivers/v4l2/kernel.go":            "writes to a descriptor",
	"../drivers/network/watch.go":          "cancels a context",
	"../drivers/opencv/program/main.go":    "is a program of its own, whose end is the camera's error",
	"../drivers/opencv/program/capture.go": "is a program of its own, whose end is the camera's error",
	"../streaming/capture.go":              "cancels a context",
	"../streaming/feed.go":                 "runs sessions, which open the camera in caught.Do, or ends them",
	"../streaming/pause.go":                "shows a card that is drawn in caught.Do",
	"../streaming/notice.go":               "shows a card that is drawn in caught.Do",
	"../streaming/idle.go":                 "ends a session",
}

// A panic ends the program where it is not caught in the goroutine that panics.
func TestGoroutinesForCamerasCatchTheirPanics(t *testing.T) {
	files, err := filepath.Glob("../streaming/*.go")
	if err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir("../drivers", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && path == "../drivers/rig" { // is part of tests
			return filepath.SkipDir
		}
		files = append(files, path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, path := range files {
		if filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			continue
		}
		places, err := starts(path, nil)
		if err != nil {
			t.Fatal(err)
		}
		seen[path] = len(places) > 0
		if len(places) > 0 && mayStart[path] == "" {
			t.Errorf("%s: start it by caught.Go, so that a panic is the camera's error", strings.Join(places, ", "))
		}
	}
	for path := range mayStart {
		if !seen[path] {
			t.Errorf("%s starts nothing, and needs no exception", path)
		}
	}
}

// starts returns the places in a Go file at which goroutines are started otherwise than by
// package caught. The content is that of the file if source is nil; see parser.ParseFile.
func starts(path string, source any) (places []string, err error) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, source, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
		case *ast.SelectorExpr:
			from, ok := n.X.(*ast.Ident)
			if n.Sel.Name != "AfterFunc" && (n.Sel.Name != "Go" || ok && from.Name == "caught") {
				return true
			}
		default:
			return true
		}
		places = append(places, fmt.Sprintf("%s:%d", path, set.Position(n.Pos()).Line))
		return true
	})
	return places, nil
}

func TestStarts(t *testing.T) {
	for source, want := range map[string]int{
		"go f()":                 1,
		"go func() { go f() }()": 2,
		"reading.Go(f)":          1,
		"s.reading.Go(f)":        1,
		"time.AfterFunc(0, f)":   1,
		"caught.Go(f)":           0,
		"caught.Do(f); f()":      0,
	} {
		if places, err := starts("p.go", "package p\nfunc f() { "+source+" }"); err != nil || len(places) != want {
			t.Errorf("%q: %q, %v", source, places, err)
		}
	}
}
