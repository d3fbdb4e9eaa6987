package ui

import (
	"os"
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

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

func TestSpeakChangesAnOpenWindow(t *testing.T) {
	speak(t, "en")
	w, program, queue := open(t)
	w.shown(t, queue, sharingState())
	test.Tap(w.status.program)
	w.Speak("de")
	queue.next(t)
	shown := words(w.window.Content())
	for _, want := range []string{"Im Netzwerk freigeben", "2 Zuschauer", "Kopieren"} {
		if !slices.Contains(shown, want) {
			t.Errorf("the window does not say %q: %q", want, shown)
		}
	}
	if !w.general.Panel.Visible() {
		t.Error("the program settings, where the language is chosen, are closed")
	}
	if got := w.inLanguage("jo is watching"); got != "jo sieht zu" {
		t.Errorf("the notification says %q", got)
	}
	program.calls = nil
	w.press(keyPause)
	program.want(t, "pause true")
	w.Speak("en")
	queue.next(t)
	if shown := words(w.window.Content()); !slices.Contains(shown, "Share on the network") {
		t.Errorf("the window says %q", shown)
	}
}

func TestToldTranslatesWhatIsKnown(t *testing.T) {
	speak(t, "de")
	s := liveState()
	s.Condition, s.Reason = Lost, "HD Webcam is used by cheese (pid 7): close it there; Fanlight goes on trying"
	if got, want := statusWords(s), "Kamera verloren: HD Webcam wird von cheese (pid 7) benutzt: Schließen Sie sie dort; Fanlight versucht es weiter"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	s.Reason = "the flux is low"
	if _, more := curtainWords(s, false); more != "The flux is low" {
		t.Errorf("says %q", more)
	}
	if got := toldEach("the firewall ufw blocks others. Let them in with: sudo ufw allow 8080/tcp\nno luck"); got != "Die Firewall ufw sperrt andere aus. Lassen Sie sie herein mit: sudo ufw allow 8080/tcp\nNo luck" {
		t.Errorf("says %q", got)
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
		"portrait": {set, true, func(w *Window) { w.window.Resize(fyne.NewSize(480, 800)) }},
	} {
		t.Run(name, func(t *testing.T) {
			speak(t, "de")
			w, _, queue := open(t)
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
