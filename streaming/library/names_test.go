package library

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// devices are the names that Windows keeps for devices, as package path/filepath of Go has
// them for it.
var devices = func() []string {
	names := []string{"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"}
	for _, number := range []string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "¹", "²", "³"} {
		names = append(names, "COM"+number, "LPT"+number)
	}
	return names
}()

// isDevice reports whether Windows opens a device in place of a file of the name: it looks at
// what is before the first dot, without the spaces at its end.
func isDevice(name string) bool {
	first, _, _ := strings.Cut(name, ".")
	return slices.Contains(devices, strings.ToUpper(strings.TrimRight(first, " ")))
}

// checkSafe fails the test unless a file of the name can be made in a folder, and is one line
// of text there, on all systems.
func checkSafe(t *testing.T, name string) {
	t.Helper()
	switch {
	case !utf8.ValidString(name) || strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }):
		t.Errorf("%q is no line of text", name)
	case strings.ContainsAny(name, `/\:*?"<>|`) || filepath.Base(name) != name || name == "." || name == "..":
		t.Errorf("%q is not one element of a path", name)
	case strings.HasPrefix(name, ".") || strings.TrimSpace(name) != name || strings.HasSuffix(name, "."):
		t.Errorf("%q is hidden, or is another file on some system", name)
	case isDevice(name):
		t.Errorf("%q is a device of Windows", name)
	case len(name) > 255:
		t.Errorf("%q has %d bytes", name, len(name))
	}
}

// FuzzNameOf holds nameOf to its promise: what it makes of the text that a user types, with the
// ending that the recording has, is safe on all systems, is listed, and stays when it is typed
// again.
func FuzzNameOf(f *testing.F) {
	for _, typed := range []string{
		"", " ", ".", "..", "...", "a", " a.mkv ", "a.MKV", "a.mkv.mkv", ".mkv", " .mkv", "a .mkv", "../a", `a\b`, "a:b", "a\x00", "a\nb",
		"a\r", "\u202egpj", "\ufeffa", "a\u200b", "a\u00a0", "\xff", "\ufffd", "con", "CON.a", "con .a", "aux.mkv", "nul ", "com¹", "lpt0", "conin$", "CONOUT$.a",
		"console", "a.m\u212av", strings.Repeat("a", 251), strings.Repeat("a", 252), strings.Repeat("é", 126), strings.Repeat("é", 80) + ".mkv",
	} {
		f.Add(typed, ".mkv")
		f.Add(typed, ".MKV")
		f.Add(typed, ".m\u212av") // a Kelvin sign, which is a k in other letters
	}
	f.Fuzz(func(t *testing.T, typed, ending string) {
		if old := "a" + ending; checkName(old) != nil || filepath.Ext(old) != ending {
			return // no recording has it
		}
		name, err := nameOf(typed, ending)
		if err != nil {
			if name != "" {
				t.Errorf("%q: %q, though %v", typed, name, err)
			}
			return
		}
		checkSafe(t, name)
		if err := checkName(name); err != nil || filepath.Ext(name) != ending {
			t.Errorf("%q became %q, which is not listed with %q: %v", typed, name, ending, err)
		}
		if again, err := nameOf(name, ending); again != name {
			t.Errorf("%q became %q, and that %q: %v", typed, name, again, err)
		}
	})
}

// FuzzCheckName checks that whatever is taken for the name of a recording is that of a file in
// the folder itself.
func FuzzCheckName(f *testing.F) {
	for _, name := range []string{
		"a.mkv", "a.MKV", "a.m\u212av", ".mkv", "..mkv", ".hidden.mkv", "a.avi", "mkv", "", ".", "..", "../a.mkv", "/a.mkv", "./a.mkv", "b/a.mkv", "b/../a.mkv",
		`b\a.mkv`, `..\a.mkv`, `C:\a.mkv`, "C:a.mkv", "a.mkv/", "a.mkv/.", "a\x00.mkv", "a\n.mkv", "\xff.mkv", "con.mkv", "Door 2026-03-02 09.05.07 (2).mkv",
	} {
		f.Add(name)
	}
	folder := filepath.Join(string(filepath.Separator), "home", "recordings")
	f.Fuzz(func(t *testing.T, name string) {
		err := checkName(name)
		plain := name != "" && name[0] != '.' && !strings.ContainsAny(name, `/\`) && strings.EqualFold(filepath.Ext(name), ".mkv")
		if (err == nil) != plain {
			t.Fatalf("%q: %v", name, err)
		}
		if path := filepath.Join(folder, name); err == nil && (filepath.Dir(path) != folder || filepath.Base(path) != name) {
			t.Errorf("%q is %q", name, path)
		}
	})
}
