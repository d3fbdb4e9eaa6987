package lettering

import (
	"os"
	"strings"
	"testing"
)

func TestOneLine(t *testing.T) {
	for text, want := range map[string]string{
		"Haustür":                            "Haustür",
		" Front\r\n\tdoor\u2028 2 ":          "Front door 2",
		"a\x00b\x1b[31mc\u202ed":             "ab[31mcd",
		"\xffx":                              "\ufffdx",
		"Дверь — Θύρα":                       "Дверь — Θύρα",
		"e\u0301":                            "é", // as Go's font has it
		"می\u200cخواهم 👨\u200d👩":             "می\u200cخواهم 👨\u200d👩",
		"Z" + strings.Repeat("\u0310", 99):   "Z" + strings.Repeat("\u0310", mostMarks),
		strings.Repeat("x", mostLetters):     strings.Repeat("x", mostLetters),
		strings.Repeat("x", 1<<20):           strings.Repeat("x", mostLetters) + "…",
		strings.Repeat("\u200b", 1<<20) + "": "",
	} {
		if got := OneLine(text); got != want {
			t.Errorf("%.40q became %.40q, want %.40q", text, got, want)
		}
	}
}

// A service of the system has no folder of its own to keep an index in.
func TestIndexOfFontsWithoutAHome(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	for _, home := range []string{"", "/proc/none", t.TempDir()} {
		t.Setenv("HOME", home)
		t.Setenv("XDG_CACHE_HOME", "")
		folder, remove, err := indexFolder()
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(folder+"/index", nil, 0o600); err != nil {
			t.Errorf("HOME=%s: %v", home, err)
		}
		remove()
	}
	if left, err := os.ReadDir(os.TempDir()); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
