package translations_test

import (
	"sync"
	"testing"

	"fanlight/assets/translations"
)

func TestMatch(t *testing.T) {
	for accept, want := range map[string]string{
		"": "en", "de": "de", "de-AT,de;q=0.9,en;q=0.8": "de", "en-GB": "en", "tlh": "en", "sw, de;q=0.1": "de",
		"*": "en", ";;;": "en", "de;q=nonsense": "en",
	} {
		if got := translations.Match(accept).Tag(); got != want {
			t.Errorf("%q: %s, want %s", accept, got, want)
		}
	}
}

func TestLanguage(t *testing.T) {
	de, en := translations.Match("de"), translations.English()
	if de.Name() != "Deutsch" || en.Name() != "English" || de.RightToLeft() {
		t.Errorf("%s, %s, right to left %v", de.Name(), en.Name(), de.RightToLeft())
	}
	starting := map[string]any{"Camera": "Webcam"}
	for got, want := range map[string]string{
		en.Text("Starting {{.Camera}}…", starting):                                                  "Starting Webcam…",
		de.Text("Starting {{.Camera}}…", starting):                                                  "Webcam startet …",
		de.Text("Nobody says this", nil):                                                            "Nobody says this",
		en.Plural("{{.Count}} days", 1, map[string]any{"Count": 1}):                                 "1 day",
		en.Plural("{{.Count}} days", 2, map[string]any{"Count": 2}):                                 "2 days",
		de.Plural("{{.Count}} days", 1, map[string]any{"Count": 1}):                                 "1 Tag",
		de.Sentence("HD Webcam is used by cheese (pid 7): close it there; Fanlight goes on trying"): "HD Webcam wird von cheese (pid 7) benutzt: Schließen Sie sie dort; Fanlight versucht es weiter",
		de.Sentence("the camera is unplugged"):                                                      "Die Kamera ist abgesteckt",
		de.Sentence("jo and 2 others are watching"):                                                 "jo und 2 andere sehen zu",
		de.Sentence("jo and mia are watching"):                                                      "jo und mia sehen zu",
		de.Sentence("the flux is low"):                                                              "the flux is low",
	} {
		if got != want {
			t.Errorf("says %q, want %q", got, want)
		}
	}
}

func TestLanguageInManyGoroutines(t *testing.T) {
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 100 {
				l := translations.Match("de")
				if got := l.Plural("{{.Count}} viewers", 3, map[string]any{"Count": 3}); got != "3 Zuschauer" {
					t.Errorf("says %q", got)
				}
			}
		})
	}
	all.Wait()
}

func TestDecimal(t *testing.T) {
	for _, test := range []struct {
		tag      string
		number   float64
		decimals int
		want     string
	}{
		{"en", 7.53, 1, "7.5"}, {"de", 7.53, 1, "7,5"}, {"fr", 7.53, 1, "7,5"}, {"pl", 29.97, 2, "29,97"}, {"ja", 7.53, 1, "7.5"},
		{"de", 30, 2, "30"}, {"de", 0, 1, "0"}, {"de", 12345.6, 1, "12345,6"}, {"zh", 0.96, 1, "1"},
		{"ar", 30, 0, "30"}, // with the digits of its other numbers
	} {
		if got := translations.Match(test.tag).Decimal(test.number, test.decimals); got != test.want {
			t.Errorf("%v in %s is %q, want %q", test.number, test.tag, got, test.want)
		}
	}
}
