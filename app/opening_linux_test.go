package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"fanlight/ui"
)

// browsers puts a program of the desktop that opens addresses into a folder, and the
// folder in front of the path.
func browsers(t *testing.T, script string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "xdg-open"), []byte("#!/bin/sh\necho $$ >"+dir+"/pid\necho \"$1\" >"+dir+"/address\n"+script), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	return dir
}

// A browser that cannot be opened is said with the address, and leaves no zombie.
func TestOpenSaysThatItFails(t *testing.T) {
	dir := browsers(t, "exit 3\n")
	p := windowless(t, options{})
	p.openURL = opener(p.ctx, nil)
	const link = "http://lamp.local:8080/"
	p.OpenLink(link)
	s := until(t, p, "the failure", func(s ui.State) bool { return s.Problem != "" })
	if !strings.HasPrefix(s.Problem, "no browser could be opened (exit status 3)") || !strings.HasSuffix(s.Problem, "open this address in one: "+link) {
		t.Errorf("it says %q", s.Problem)
	}
	if asked, _ := os.ReadFile(filepath.Join(dir, "address")); strings.TrimSpace(string(asked)) != link {
		t.Errorf("it was asked for %q", asked)
	}
	written, _ := os.ReadFile(filepath.Join(dir, "pid"))
	pid, err := strconv.Atoi(strings.TrimSpace(string(written)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat("/proc/" + strconv.Itoa(pid)); err == nil {
		t.Error("it is left as a zombie")
	}
	browsers(t, "exit 0\n")
	p.OpenLink(link)
	until(t, p, "the end of the problem", func(s ui.State) bool { return s.Problem == "" })
	t.Setenv("PATH", "/nowhere")
	p.OpenLink(link)
	until(t, p, "what is said without such a program", func(s ui.State) bool { return strings.Contains(s.Problem, "not found") })
}

// Where no file manager can be opened, the picture's path is said.
func TestShowInFolderSaysThatItFails(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
	dir := browsers(t, "exit 4\n")
	p := windowless(t, options{})
	p.openURL = opener(p.ctx, nil)
	p.ShowInFolder("/pictures/Fanlight/door.jpg")
	s := until(t, p, "the failure", func(s ui.State) bool { return s.Problem != "" })
	if !strings.Contains(s.Problem, "the picture is /pictures/Fanlight/door.jpg") {
		t.Errorf("it says %q", s.Problem)
	}
	if asked, _ := os.ReadFile(filepath.Join(dir, "address")); strings.TrimSpace(string(asked)) != "file:///pictures/Fanlight" {
		t.Errorf("it was asked for %q", asked)
	}
}
