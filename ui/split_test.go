package ui

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"
)

func TestSplits(t *testing.T) {
	for text, want := range map[string]Split{
		"": {}, " 10 MIN ": {Length: 10 * time.Minute}, "90s": {Length: 90 * time.Second}, "2 hours": {Length: 2 * time.Hour}, "1 s": {Length: time.Second},
		"500 MB": {Bytes: 500e6}, "1.5gb": {Bytes: 1.5e9}, "1,5 GB": {Bytes: 1.5e9}, "2 TB": {Bytes: 2e12}, "2MB": {Bytes: 2e6},
	} {
		got, ok := readSplit(text)
		if !ok || got != want {
			t.Errorf("%q: %+v, %v, want %+v", text, got, ok, want)
		}
		if again, ok := readSplit(splitText(want)); !ok || again != want {
			t.Errorf("%+v is written %q, which is read %+v", want, splitText(want), again)
		}
	}
	for _, text := range []string{"10", "min", "-1 min", "0.5 s", "0 MB", "0.5 MB", "1 MB", "10 parsecs", "NaN min", "nan", "inf gb", "1e300 h", "1e300 MB", "1..5 GB"} {
		if got, ok := readSplit(text); ok {
			t.Errorf("%q: %+v", text, got)
		}
	}
}

// What recordings keep to is set beside their folder.
func TestLimitsOfRecordings(t *testing.T) {
	w, program, _ := preferring(t, func(s *State) { s.General.Split = Split{Length: 10 * time.Minute} })
	p := w.general.places
	if p.split.entry.Text != "10 min" || p.oldest.Checked {
		t.Errorf("shows %q, and the oldest are removed: %t", p.split.entry.Text, p.oldest.Checked)
	}
	enter(w, p.split.entry, "soon")
	if got := p.split.words.Label.Text; got != "Write a time such as 10 min, or a size such as 500 MB." {
		t.Errorf("says %q", got)
	}
	enter(w, p.split.entry, "2 GB")
	enter(w, p.split.entry, "")
	test.Tap(p.oldest)
	program.want(t, "split {2000000000 0s}", "split {0 0s}", "remove oldest true")

	w, _, _ = preferring(t, func(s *State) { s.General = General{RemoveOldest: true, SplitGiven: true, OldestGiven: true} })
	p = w.general.places
	if !p.split.entry.Disabled() || !p.oldest.Disabled() || !p.oldest.Checked {
		t.Errorf("can be changed, although given: %t, %t; the oldest are removed: %t", !p.split.entry.Disabled(), !p.oldest.Disabled(), p.oldest.Checked)
	}
	for option, says := range map[string]string{"--record-split": p.split.words.Label.Text, "--record-remove-oldest": p.oldestWords.Label.Text} {
		if !strings.Contains(says, "Set by "+option) {
			t.Errorf("%s: says %q", option, says)
		}
	}
}
