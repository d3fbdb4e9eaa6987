package ui

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"fanlight/assets/translations"
)

// On a narrow screen the long lines of some languages take two.
func TestHelpIsWholeInEveryLanguage(t *testing.T) {
	for _, l := range translations.All() {
		t.Run(l.Tag(), func(t *testing.T) {
			speak(t, l.Tag())
			w, _, queue := open(t)
			w.window.Resize(fyne.NewSize(480, 800))
			w.shown(t, queue, sharingState())
			w.help.Open(w.help.done)
			w.window.Canvas().Capture()
			shown := words(w.window.Canvas().Overlays().Top())
			if len(shown) < 30 {
				t.Errorf("shows %d texts", len(shown))
			}
			for _, text := range shown {
				if strings.HasSuffix(text, "…") {
					t.Errorf("a line is cut off: %q", text)
				}
			}
		})
	}
}
