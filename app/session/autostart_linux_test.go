package session

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAutostart(t *testing.T) {
	config := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", config)
	file := filepath.Join(config, "autostart", id+".desktop")
	if Autostarts(id) {
		t.Error("on from the beginning")
	}
	for range 2 {
		if err := SetAutostart(id, true, "--background"); err != nil || !Autostarts(id) {
			t.Fatalf("on: %v", err)
		}
	}
	entry, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if line := "\nExec=" + quoted(program) + " \"--background\"\n"; !strings.Contains(string(entry), line) {
		t.Errorf("no line %q in\n%s", line, entry)
	}
	for _, off := range []string{"Hidden=true", "X-GNOME-Autostart-enabled=false"} { // by the desktop's own switch
		if err := os.WriteFile(file, []byte(string(entry)+off+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if Autostarts(id) {
			t.Errorf("on in spite of %s", off)
		}
	}
	for range 2 {
		if err := SetAutostart(id, false); err != nil || Autostarts(id) {
			t.Fatalf("off: %v", err)
		}
	}
	if _, err := os.Stat(file); !os.IsNotExist(err) {
		t.Errorf("the file is still there: %v", err)
	}
	t.Setenv("XDG_CONFIG_HOME", "/proc/self/nowhere")
	if err := SetAutostart(id, true); err == nil || !strings.Contains(err.Error(), "check the permissions of /proc/self/nowhere/autostart") {
		t.Errorf("where nothing can be written: %v", err)
	}
}

func TestQuoting(t *testing.T) {
	for argument, want := range map[string]string{
		"/usr/bin/fanlight": `"/usr/bin/fanlight"`,
		"/opt/a b":          `"/opt/a b"`,
		`a"b`:               `"a\\"b"`,
		"a`b$c":             "\"a\\\\`b\\\\$c\"",
		`a\b`:               `"a\\\\b"`,
		"50%":               `"50%%"`,
		"a\nb":              `"a\nb"`,
	} {
		if got := quoted(argument); got != want {
			t.Errorf("%q: %s, want %s", argument, got, want)
		}
	}
}
