package ui

import (
	"image"
	"slices"
	"strconv"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"fanlight/ui/kit"
)

// nearbyState has streams of others to watch.
func nearbyState() State {
	s := liveState()
	s.Browsing = true
	s.Streams = []Stream{
		{ID: "http://10.0.0.4/a", Name: "Garden", Machine: "garden-pi", Picture: scene()},
		{ID: "http://10.0.0.5/b", Name: "Küche mit einem sehr langen Namen", Machine: "Annes-MacBook-Pro", Off: true},
		{ID: "http://10.0.0.6/c", Name: "Nursery", Machine: "nas", Locked: true},
		{ID: "http://10.0.0.7/d", Name: "Prusa", Machine: "octopi", Program: "OctoPrint", Watched: true, Picture: scene()},
	}
	s.StreamCount = len(s.Streams)
	return s
}

// openNetwork makes a window with the list of streams open.
func openNetwork(t *testing.T, s State) (*Window, *asked, uiQueue) {
	t.Helper()
	w, program, queue := open(t)
	w.shown(t, queue, s)
	test.Tap(w.network.toggle)
	program.want(t, "list streams true")
	program.calls = nil
	w.shown(t, queue, s)
	return w, program, queue
}

func TestStreamsAreListedWhileTheListIsOpen(t *testing.T) {
	w, program, queue := open(t)
	w.shown(t, queue, liveState())
	if w.network.toggle.Visible() {
		t.Error("there is a button though nobody looks for streams")
	}
	w.shown(t, queue, nearbyState())
	if !w.network.toggle.Visible() || w.network.toggle.Text != "4" || w.network.toggle.AccessibilityLabel() != "On this network: 4 streams" {
		t.Errorf("the button says %q, and to a screen reader %q", w.network.toggle.Text, w.network.toggle.AccessibilityLabel())
	}
	if len(w.network.streams.Drawn.Objects) > 0 {
		t.Error("rows are made while nobody sees them")
	}
	test.Tap(w.network.toggle)
	got := words(w.network.Panel)
	for _, want := range []string{"On this network", "Garden", "garden-pi", "Annes-MacBook-Pro · camera off", "nas · passcode", "octopi · OctoPrint · on screen"} {
		if !slices.Contains(got, want) {
			t.Errorf("%q is missing in %q", want, got)
		}
	}
	more := nearbyState()
	more.MoreStreams = true
	w.shown(t, queue, more)
	if hint := w.network.hint.Label.Text; hint != "There are more streams on this network than are listed here." {
		t.Errorf("with more streams than it lists it says %q", hint)
	}
	none := nearbyState()
	none.Streams, none.StreamCount = nil, 0
	w.shown(t, queue, none)
	if hint := w.network.hint.Label.Text; hint != networkWords(none) || w.network.toggle.Text != "" {
		t.Errorf("without streams it says %q, the button %q", hint, w.network.toggle.Text)
	}
	none.StreamsProblem = "port 5353 is taken"
	w.shown(t, queue, none)
	if hint := w.network.hint.Label.Text; hint != "Port 5353 is taken" {
		t.Errorf("with a problem it says %q", hint)
	}
	test.Tap(w.network.toggle)
	program.want(t, "list streams true", "list streams false")
}

func TestOneClickWatches(t *testing.T) {
	w, program, _ := openNetwork(t, nearbyState())
	test.Tap(button(t, w.network.Panel, "Watch Garden on garden-pi"))
	for _, o := range test.LaidOutObjects(w.network.streams.Drawn.Objects[0]) {
		if picture, ok := o.(*kit.Tile); ok {
			test.Tap(picture)
		}
	}
	program.want(t, `watch http://10.0.0.4/a ""`, `watch http://10.0.0.4/a ""`)
}

func TestWatchingAsksForThePasscode(t *testing.T) {
	for _, step := range []struct {
		name string
		do   func(code *kit.PromptEntry, ok, cancel *kit.Button)
		want []string
	}{
		{"Watch", func(code *kit.PromptEntry, ok, _ *kit.Button) {
			test.Type(code, " 0815 ")
			test.Tap(ok)
		}, []string{`watch http://10.0.0.6/c "0815"`}},
		{"Enter", func(code *kit.PromptEntry, _, _ *kit.Button) {
			test.Type(code, "0815")
			press(code, fyne.KeyReturn)
		}, []string{`watch http://10.0.0.6/c "0815"`}},
		{"nothing typed", func(code *kit.PromptEntry, ok, _ *kit.Button) {
			test.Type(code, " ")
			test.Tap(ok)
			press(code, fyne.KeyReturn)
		}, nil},
		{"Cancel", func(code *kit.PromptEntry, _, cancel *kit.Button) {
			test.Type(code, "0815")
			test.Tap(cancel)
		}, nil},
		{"Escape", func(code *kit.PromptEntry, _, _ *kit.Button) {
			test.Type(code, "0815")
			press(code, fyne.KeyEscape)
		}, nil},
	} {
		t.Run(step.name, func(t *testing.T) {
			w, program, _ := openNetwork(t, nearbyState())
			test.Tap(button(t, w.network.Panel, "Watch Nursery on nas, passcode needed"))
			var code *kit.PromptEntry
			var ok, cancel *kit.Button
			for _, o := range test.LaidOutObjects(w.window.Canvas().Overlays().Top()) {
				switch o := o.(type) {
				case *kit.PromptEntry:
					code = o
				case *kit.Button:
					if o.Text == "Watch" {
						ok = o
					} else if o.Text == "Cancel" {
						cancel = o
					}
				}
			}
			if code == nil || ok == nil || cancel == nil || !code.Password {
				t.Fatalf("the dialog lacks something: %v, %v, %v", code, ok, cancel)
			}
			step.do(code, ok, cancel)
			program.want(t, step.want...)
		})
	}
}

// A certificate that was not accepted yet is shown before anything is watched.
func TestWatchingShowsANewCertificate(t *testing.T) {
	fingerprint := strings.TrimSuffix(strings.Repeat("AB:CD:", 16), ":")
	for _, c := range []struct {
		name           string
		locked, before bool
		words          string
		passcode       string
	}{
		{"the first one", false, false, "does not know its certificate yet", ""},
		{"another one than before", false, true, "not the one that you accepted before", ""},
		{"with a passcode", true, false, "does not know its certificate yet", "0815"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := nearbyState()
			s.Streams = []Stream{{ID: "https://10.0.0.4/a#sha256=abcd", Name: "Garden", Machine: "lamp", Locked: c.locked, Fingerprint: fingerprint, AnotherBefore: c.before}}
			w, program, _ := openNetwork(t, s)
			name := "Watch Garden on lamp"
			if c.locked {
				name += ", passcode needed"
			}
			test.Tap(button(t, w.network.Panel, name))
			program.want(t)
			dialog := w.window.Canvas().Overlays().Top()
			said := strings.Join(words(dialog), "\n")
			for _, want := range []string{grouped(fingerprint), c.words, "Fanlight on lamp"} {
				if !strings.Contains(said, want) {
					t.Errorf("%q is missing in %q", want, said)
				}
			}
			if typed, ok := w.window.Canvas().Focused().(*kit.PromptEntry); ok {
				test.Type(typed, c.passcode)
			} else if c.locked {
				t.Fatal("nothing to type the passcode into")
			}
			for _, o := range test.LaidOutObjects(dialog) {
				if b, ok := o.(*kit.Button); ok && b.Text == "Watch" {
					test.Tap(b)
				}
			}
			program.want(t, `watch https://10.0.0.4/a#sha256=abcd "`+c.passcode+`"`)
		})
	}
}

// A row stays the same while other streams come and go, and shows changes of its own.
func TestStreamsComeAndGo(t *testing.T) {
	s := nearbyState()
	w, program, queue := openNetwork(t, s)
	last := button(t, w.network.Panel, "Watch Prusa on octopi")
	w.window.Canvas().Focus(last)
	s.Streams = append([]Stream{{ID: "http://10.0.0.9/z", Name: "Attic", Machine: "attic"}}, s.Streams[2:]...)
	s.Streams[2].Name = "Mini"
	s.Streams[2].Picture = image.NewRGBA(image.Rect(0, 0, 16, 9))
	w.shown(t, queue, s)
	if button(t, w.network.Panel, "Watch Mini on octopi") != last || !slices.Contains(words(w.network.Panel), "Mini") {
		t.Errorf("the list shows %q", words(w.network.Panel))
	}
	pressDown(w.window.Canvas(), fyne.KeySpace)
	program.want(t, `watch http://10.0.0.7/d ""`)
}

func TestManyStreamsCostNoMoreThanThoseInSight(t *testing.T) {
	s := nearbyState()
	for n := range 500 {
		s.Streams = append(s.Streams, Stream{ID: strconv.Itoa(n), Name: "Many", Machine: "one"})
	}
	w, _, _ := openNetwork(t, s)
	if drawn := len(w.network.streams.Drawn.Objects); drawn == 0 || drawn > 15 {
		t.Errorf("%d rows are drawn", drawn)
	}
}
