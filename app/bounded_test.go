package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// unbounded finds programs that a test starts without a limit: one that hangs would take the whole package with it.
var unbounded = regexp.MustCompile(`exec\.Command\(|exec\.CommandContext\((t|context)\.(Context|Background)\(\)`)

// TestTestsBoundThePrograms looks at all tests; package processtest starts programs with a limit.
func TestTestsBoundThePrograms(t *testing.T) {
	for _, bad := range []string{`exec.Command("ip")`, `exec.CommandContext(t.Context(), "ip")`} {
		if !unbounded.MatchString(bad) {
			t.Errorf("%s is not found", bad)
		}
	}
	files := 0
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") || path == "../app/bounded_test.go" {
			return err
		}
		files++
		source, err := os.ReadFile(path)
		for _, found := range unbounded.FindAll(source, -1) {
			t.Errorf("%s: %s… starts a program without a limit: use processtest.Command", path, found)
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
