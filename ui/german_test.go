package ui

import (
	"os"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"fanlight/assets/translations"
	"fanlight/ui/kit"
)

// speak sets the language for the rest of a test.
func speak(t *testing.T, tag string) {
	t.Helper()
	if err := SetLanguage(tag); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := SetLanguage("en"); err != nil {
			t.Fatal(err)
		}
	})
}

func TestSetLanguage(t *testing.T) {
	for _, test := range []struct {
		system map[string]string
		tag    string
		want   string
	}{
		{map[string]string{"LANG": "en_US.UTF-8"}, "de", "Beenden"},
		{map[string]string{"LC_ALL": "C"}, "de", "Beenden"},
		{map[string]string{"LANG": "de_DE.UTF-8"}, "", "Beenden"},
		{map[string]string{"LANG": "de_DE.UTF-8", "LANGUAGE": "en"}, "", "Quit"},
		{map[string]string{"LANG": "de_DE.UTF-8"}, "en", "Quit"},
		{map[string]string{"LANG": "tlh"}, "", "Quit"},
		{map[string]string{"LANG": "sv_SE.UTF-8"}, "", "Quit"}, // Fyne speaks it
		{map[string]string{"LANG": "sv_SE.UTF-8", "LANGUAGE": "sv:de"}, "", "Beenden"},
		{nil, "", "Quit"},
	} {
		for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE"} {
			t.Setenv(name, test.system[name])
		}
		speak(t, test.tag)
		if got := lang.L("Quit"); got != test.want {
			t.Errorf("language %q on a system with %v: %q, want %q", test.tag, test.system, got, test.want)
		}
		if got := os.Getenv("LC_ALL"); got != test.system["LC_ALL"] {
			t.Errorf("programs that are started would speak %q", got)
		}
	}
}

// Fyne chooses the language by rules of its own.
func TestEveryLanguageIsSpoken(t *testing.T) {
	for _, l := range translations.All() {
		speak(t, l.Tag())
		for _, key := range []string{"Quit", "Select all", "Program settings"} {
			if got, want := lang.L(key), l.Text(key, nil); got != want {
				t.Errorf("%s: %q is %q, want %q", l.Name(), key, got, want)
			}
		}
	}
}

// TestLooksInGerman keeps golden pictures, as TestLooks does, of states where its long
// words need room.
func TestLooksInGerman(t *testing.T) {
	set := sharingState()
	set.Settings = allSettings()
	for name, look := range map[string]look{
		"sharing": {sharingState(), true, nil},
		"access":  {guardedState(), true, func(w *Window) { test.Tap(w.share.gear) }},
		"closing": {sharingState(), true, func(w *Window) { w.closing() }},
		"help":    {sharingState(), true, func(w *Window) { w.help.Open(w.help.done) }},
		"wide":    {watchedState(), true, func(w *Window) { w.window.Resize(fyne.NewSize(1280, 800)) }},
		"small": {watchedState(), true, func(w *Window) {
			w.window.Resize(fyne.NewSize(640, 480))
			test.Tap(w.share.viewers)
		}},
		"microphone": {heardState(), true, func(w *Window) { w.window.Resize(fyne.NewSize(640, 607)) }},
		"viewers":    {watchedState(), true, func(w *Window) { test.Tap(w.share.viewers) }},
		"program": {programState(), true, func(w *Window) {
			test.Tap(w.status.program)
			w.window.Resize(fyne.NewSize(704, 1920)) // all of them
		}},
		"other":    {recentState(), true, func(w *Window) { w.picker.menu.More.Action() }},
		"settings": {set, true, func(w *Window) { test.Tap(w.gear) }},
		"portrait": {set, true, func(w *Window) { w.window.Resize(fyne.NewSize(480, 800)) }},
		"library":  lookings()["library"],
		"rewound":  lookings()["rewound"],
	} {
		t.Run(name, func(t *testing.T) {
			speak(t, "de")
			w, _, queue := open(t)
			w.timeline.now = func() time.Time { return noon }
			test.ApplyTheme(t, inVariant{kit.Calm{}, theme.VariantLight})
			w.shown(t, queue, look.state)
			w.preview.frames.publish(scene())
			w.preview.turn()
			if look.do != nil {
				look.do(w)
			}
			test.AssertImageMatches(t, "german/"+name+".png", w.window.Canvas().Capture())
		})
	}
}

func TestNumbersAreWrittenByTheLanguage(t *testing.T) {
	speak(t, "de")
	for got, want := range map[string]string{
		detailWords(State{Chosen: "a", Condition: Live, Width: 1280, Height: 720, FPS: 1.08}): "1280×720 · 1,1 fps",
		modeWords(Mode{Width: 640, Height: 480, FPS: 29.97}):                                  "640×480 · 29,97 fps",
		bytesWords(1_500_000_000): "1,5 GB",
		historyDiskWords(General{HistoryDisk: 60, HistoryDiskBytes: 2_340_000_000}): "Sie brauchen jetzt 2,3 GB und werden entfernt, wenn Fanlight endet. 0 behält nichts.",
	} {
		if got != want {
			t.Errorf("says %q, want %q", got, want)
		}
	}
}
