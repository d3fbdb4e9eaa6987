//go:build unix

package opencv

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestPlacesOfTheProgram(t *testing.T) {
	if got, want := places("/opt/fanlight/bin/fanlight"), []string{
		"/opt/fanlight/bin/fanlight-opencv",
		"/opt/fanlight/libexec/fanlight/fanlight-opencv",
		"/opt/fanlight/lib/fanlight/fanlight-opencv",
		"/usr/libexec/fanlight/fanlight-opencv",
	}; !slices.Equal(got, want) {
		t.Errorf("places %q\nwant %q", got, want)
	}
}

func TestProgramIsFoundInOrder(t *testing.T) {
	prefix := t.TempDir()
	inPath := filepath.Join(prefix, "path", programName)
	t.Setenv("PATH", filepath.Dir(inPath))
	candidates := places(filepath.Join(prefix, "bin", "fanlight"))[:3]
	install := func(path string, mode os.FileMode) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("#!/bin/sh\n"), mode); err != nil {
			t.Fatal(err)
		}
	}
	_, err := findIn(candidates)
	if !errors.Is(err, exec.ErrNotFound) {
		t.Errorf("nowhere: %v", err)
	}
	for _, want := range []string{"sudo apt install fanlight-opencv", "make build"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("nowhere: %v\nwant it to say %q", err, want)
		}
	}
	for _, path := range []string{inPath, candidates[2], candidates[1], candidates[0]} {
		install(path, 0o644)
		if found, _ := findIn(candidates); found == path {
			t.Errorf("found %s, which nobody may execute", found)
		}
		if err := os.Chmod(path, 0o755); err != nil {
			t.Fatal(err)
		}
		if found, err := findIn(candidates); err != nil || found != path {
			t.Errorf("found %s, %v; want %s", found, err, path)
		}
	}
}
