package ui

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"fanlight/ui/kit"
)

// asking is the open dialog for another camera.
type asking struct {
	address    *kit.PromptEntry
	ok, cancel *kit.Button
	buttons    map[string]*kit.Button // the others, by their names
	words      []string
}

func askedFor(t *testing.T, w *Window) asking {
	t.Helper()
	test.Tap(w.picker.menu)
	tapEntry(t, w, "Other camera…")
	return dialogOf(t, w)
}

func dialogOf(t *testing.T, w *Window) asking {
	t.Helper()
	a := asking{buttons: map[string]*kit.Button{}}
	for _, o := range test.LaidOutObjects(w.window.Canvas().Overlays().Top()) {
		switch o := o.(type) {
		case *kit.PromptEntry:
			a.address = o
		case *kit.Button:
			if o.Text == "Open" {
				a.ok = o
			} else if o.Text == "Cancel" {
				a.cancel = o
			}
			a.buttons[o.Name] = o
		case *widget.Label:
			a.words = append(a.words, o.Text)
		}
	}
	if a.address == nil || a.ok == nil || a.cancel == nil {
		t.Fatalf("the dialog lacks something: %+v", a)
	}
	return a
}

func TestOtherCamera(t *testing.T) {
	for _, step := range []struct {
		name string
		do   func(a asking)
		want []string
	}{
		{"Open", func(a asking) {
			test.Type(a.address, " http://user:secret@192.168.1.50/video ")
			test.Tap(a.ok)
		}, []string{"open http://user:secret@192.168.1.50/video"}},
		{"Enter", func(a asking) {
			test.Type(a.address, "opencv:/path/film.mp4")
			press(a.address, fyne.KeyReturn)
		}, []string{"open opencv:/path/film.mp4"}},
		{"Cancel", func(a asking) {
			test.Type(a.address, "http://192.168.1.50/")
			test.Tap(a.cancel)
		}, nil},
		{"Escape", func(a asking) {
			test.Type(a.address, "http://192.168.1.50/")
			press(a.address, fyne.KeyEscape)
		}, nil},
		{"nothing, then Cancel", func(a asking) {
			test.Tap(a.ok)
			test.Type(a.address, "  ")
			test.Tap(a.ok)
			press(a.address, fyne.KeyReturn)
			if !a.ok.Disabled() {
				t.Error("blanks are a camera")
			}
			test.Tap(a.cancel)
		}, nil},
	} {
		t.Run(step.name, func(t *testing.T) {
			w, program, queue := open(t)
			w.shown(t, queue, liveState())
			a := askedFor(t, w)
			if w.window.Canvas().Focused() != a.address {
				t.Error("the address is not ready to be typed")
			}
			step.do(a)
			program.want(t, step.want...)
			if w.window.Canvas().Overlays().Top() != nil {
				t.Error("the dialog stays open")
			}
			if w.picker.menu.Selected != "HD Webcam" {
				t.Errorf("the picker shows %q", w.picker.menu.Selected)
			}
			if again := askedFor(t, w); again.address.Text != "" {
				t.Errorf("remembers %q", again.address.Text)
			}
		})
	}
}

func TestOtherCameraSaysWhatItMadeOfTheAddress(t *testing.T) {
	w, program, queue := open(t)
	w.shown(t, queue, liveState())
	program.meanings = map[string]Meaning{}
	a := askedFor(t, w)
	for text, c := range map[string]struct {
		meaning Meaning
		says    string
	}{
		"~/holiday.mp4":    {Meaning{MeansFilm, "holiday.mp4", 0}, "A film: holiday.mp4"},
		"~/drops":          {Meaning{MeansFolder, "drops", 12}, "A folder with 12 pictures"},
		"lamp.local:8080/": {Meaning{MeansPage, "http://lamp.local:8080/", 0}, "An MJPEG stream or page at http://lamp.local:8080/"},
		"rtsp://lamp/":     {Meaning{MeansStream, "rtsp://lamp/", 0}, "A stream at rtsp://lamp/"},
		"command:ffmpeg":   {Meaning{MeansProgram, "ffmpeg", 0}, "A program: ffmpeg"},
		"emulated":         {Meaning{MeansCamera, "emulated", 0}, "A camera: emulated"},
		"/gone":            {Meaning{MissingFile, "/gone", 0}, "There is no file or folder /gone."},
		"~/empty":          {Meaning{EmptyFolder, "empty", 0}, "The folder empty holds no pictures."},
		"~/cat.jpg":        {Meaning{OnePicture, "cat.jpg", 0}, "cat.jpg is one picture"},
		"~/letter.txt":     {Meaning{NoFilm, "letter.txt", 0}, "letter.txt is no film."},
		"http:":            {Meaning{NoHost, "http:", 0}, "Not an address yet."},
		"lamp":             {Meaning{UnknownMeaning, "lamp", 0}, "Nothing known yet"},
	} {
		program.meanings[text] = c.meaning
		a.address.SetText(text)
		queue.next(t)
		if words := dialogOf(t, w).words; !slices.ContainsFunc(words, func(said string) bool { return strings.HasPrefix(said, c.says) }) {
			t.Errorf("%q: says %q, want %q", text, words, c.says)
		}
	}
	a.address.SetText("")
	a.address.SetText("/gone")
	a.address.SetText("") // before the answer came
	queue.next(t)
	if words := dialogOf(t, w).words; slices.Contains(words, "There is no file or folder /gone.") {
		t.Errorf("says %q of nothing", words)
	}
}

func TestFilmsAndFoldersAreChosen(t *testing.T) {
	w, program, queue := open(t)
	w.shown(t, queue, liveState())
	a := askedFor(t, w)
	program.chosen = "/home/jo/film.mp4"
	test.Tap(a.buttons["Choose a film"])
	for len(queue) > 0 {
		queue.next(t)
	}
	if a.address.Text != program.chosen {
		t.Errorf("the address is %q", a.address.Text)
	}
	program.chosen = "/home/jo/drops"
	test.Tap(a.buttons["Choose a folder with pictures"])
	for len(queue) > 0 {
		queue.next(t)
	}
	test.Tap(a.ok)
	program.want(t, `choose "Choose a film", a folder: false`, `choose "Choose a folder with pictures", a folder: true`, "open /home/jo/drops")
}

func TestCamerasUsedRecentlyAreOpenedAndForgotten(t *testing.T) {
	w, program, queue := open(t)
	s := liveState()
	long := "http://jo:…@lamp.local:8080/a/very/long/path/to/the/stream.mjpg?quality=80"
	s.Recent = []string{"/home/jo/film.mp4", long}
	w.shown(t, queue, s)
	a := askedFor(t, w)
	test.Tap(a.buttons["Forget /home/jo/film.mp4"])
	if now := dialogOf(t, w); now.buttons["Open /home/jo/film.mp4"] != nil || now.buttons["Open "+long] == nil {
		t.Error("the wrong one is forgotten")
	}
	test.Tap(a.buttons["Open "+long])
	program.want(t, "forget /home/jo/film.mp4", "open recent "+long)
	if w.window.Canvas().Overlays().Top() != nil {
		t.Error("the dialog stays open")
	}
}
