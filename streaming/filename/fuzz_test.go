package filename

import (
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// layout is that of the time in a name.
const layout = "2006-01-02 15.04.05"

// FuzzRecording checks that Recorded knows each name that Recording gives, which is one that
// all systems take.
func FuzzRecording(f *testing.F) {
	for _, camera := range []string{
		"", "Door", "..", "../../etc/passwd", "a\r\nb", "\xff", "\u202egpj", "con", "a.mkv", " (2)", "Door 2026-01-01 00.00.00", "Door 2026-01-01 00.00.00 (2).mkv",
		strings.Repeat("é", 300), strings.Repeat("😀", longest), strings.Repeat("a", longest-1) + ". b",
	} {
		f.Add(camera, uint32(0), uint16(1))
		f.Add(camera, uint32(1_774_746_000), uint16(2)) // in the night in which Europe's clocks go forward
		f.Add(camera, uint32(1_792_890_000), uint16(10))
	}
	f.Fuzz(func(t *testing.T, camera string, seconds uint32, number uint16) {
		at := time.Unix(int64(seconds), 0)
		name := Recording(camera, at, max(1, int(number)))
		got, ok := Recorded(name)
		if !ok || got.Format(layout) != at.Format(layout) { // an hour has a name twice in autumn
			t.Errorf("%q: %v, %t, want %v", name, got, ok, at)
		}
		if !utf8.ValidString(name) || len(name) > 255 || strings.ContainsAny(name, "/\\:*?\"<>|\x00\r\n") || strings.ContainsAny(name[:1], " .") {
			t.Errorf("%q became %q of %d bytes", camera, name, len(name))
		}
	})
}

// FuzzRecorded checks that whatever Recorded takes for a recording has a name as Recording gives
// them, with the time that it reads: the oldest recordings are removed by it.
func FuzzRecorded(f *testing.F) {
	for _, name := range []string{
		"Door 2026-03-02 09.05.07.mkv", "Door 2026-03-02 09.05.07 (2).mkv", "Door 2026-03-02 09.05.07 (10).mkv", "Door 2026-03-02 09.05.07 (1).mkv",
		"Door 2026-03-02 09.05.07 (0).mkv", "Door 2026-03-02 09.05.07 (02).mkv", "Door 2026-03-02 09.05.07 (99999999999999999999).mkv",
		"Door 2026-03-02 09.05.07 (-2).mkv", "Door 2026-03-02 09.05.07 (2) (2).mkv", "Door 2026-03-02 09.05.07 (٢).mkv", "Door 2026-02-30 09.05.07.mkv",
		"Door 2026-03-02 24.00.00.mkv", "Door 0000-01-01 00.00.00.mkv", "Door 2026-03-29 02.30.00.mkv", "Door\n2026-03-02 09.05.07.mkv",
		"Door 2026-03-02 09.05.07.mkv\n", "\xff 2026-03-02 09.05.07.mkv", " 2026-03-02 09.05.07.mkv", "Door 2026-03-02 09.05.07.MKV", "Holidays.mkv", "",
	} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		begun, ok := Recorded(name)
		if !ok {
			if !begun.IsZero() {
				t.Errorf("%q is no recording, begun %v", name, begun)
			}
			return
		}
		plain := strings.TrimSuffix(name, ".mkv")
		if before, number, numbered := cutLast(strings.TrimSuffix(plain, ")"), " ("); numbered && strings.HasSuffix(plain, ")") {
			if n, err := strconv.Atoi(number); err != nil || n < 2 || number != strconv.Itoa(n) {
				t.Errorf("%q is taken for a recording, with the number %q", name, number)
			}
			plain = before
		}
		if plain == name || len(plain) < len(layout)+2 {
			t.Fatalf("%q is taken for a recording", name)
		}
		told := plain[len(plain)-len(layout):]
		want, err := time.ParseInLocation(layout, told, time.Local)
		if err != nil || !begun.Equal(want) || plain[len(plain)-len(layout)-1] != ' ' {
			t.Errorf("%q was begun %v, want %v, %v", name, begun, want, err)
		}
	})
}

// cutLast is strings.Cut about the last separator.
func cutLast(s, separator string) (before, after string, found bool) {
	if i := strings.LastIndex(s, separator); i >= 0 {
		return s[:i], s[i+len(separator):], true
	}
	return s, "", false
}
