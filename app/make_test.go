package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fanlight/drivers/process/processtest"
)

// An old Go is refused before packages are installed or anything is built.
func TestMakeRefusesAnOldGo(t *testing.T) {
	need(t, "make")
	for _, c := range []struct {
		version string
		fits    bool
	}{
		{"go version go1.19.8 linux/amd64", false},
		{"go version go1.24.4 linux/arm64", false},
		{"go version go1.26rc2 linux/amd64", false},
		{"go version go1.26.0 linux/amd64", true},
		{"go version go1.26.10 linux/amd64", true},
		{"go version go1.27 linux/amd64", true},
		{"go version go1.100.1 linux/amd64", true},
		{"", false},
	} {
		fake := filepath.Join(t.TempDir(), "go")
		if err := os.WriteFile(fake, []byte("#!/bin/sh\necho '"+c.version+"'\n"), 0o755); err != nil {
			t.Fatal(err)
		}
		if out, err := makeWith(t, fake, "go-version"); (err == nil) != c.fits {
			t.Errorf("%q: %v: %s", c.version, err, out)
		}
		if c.fits {
			continue
		}
		for _, target := range []string{"run", "build", "check", "test"} {
			out, err := makeWith(t, fake, target)
			if err == nil || !strings.HasPrefix(out, "Fanlight needs Go 1.") || !strings.Contains(out, "found: "+c.version) ||
				!strings.Contains(out, "https://go.dev/dl/") || strings.Contains(out, "Installing") || strings.Contains(out, "Building") {
				t.Errorf("make %s with %q: %v: %s", target, c.version, err, out)
			}
		}
	}
	if out, err := makeWith(t, "/nonexistent/go", "build"); err == nil || !strings.Contains(out, "found: none") {
		t.Errorf("make build without Go: %v: %s", err, out)
	}
}

// makeWith makes a target with another Go command. No packages are asked for, so that none are installed.
func makeWith(t *testing.T, goCommand, target string) (string, error) {
	t.Helper()
	run := processtest.Command(t, patience, "make", "-C", "..", "--no-print-directory", target, "GO="+goCommand, "BUILD_PACKAGES=", "TEST_PACKAGES=")
	run.Env = append(os.Environ(), "MAKEFLAGS=") // those of the make that runs the tests are not for this one
	out, err := run.CombinedOutput()
	return string(out), err
}
