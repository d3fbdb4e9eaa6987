package ui

import (
	"errors"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"fanlight/ui/kit"
)

// preferring opens the program's settings.
func preferring(t *testing.T, change func(*State)) (*Window, *asked, uiQueue) {
	t.Helper()
	w, program, queue := open(t)
	s := liveState()
	s.General = General{Port: 8080, Idle: 10 * time.Second, Pictures: "/home/jo/Pictures/Fanlight", Videos: "/home/jo/Videos/Fanlight", History: 256}
	if change != nil {
		change(&s)
	}
	w.shown(t, queue, s)
	test.Tap(w.status.program)
	return w, program, queue
}

// enter types a text in the place of another one, and presses Enter.
func enter(w *Window, e *kit.LineEntry, text string) {
	w.window.Canvas().Focus(e)
	e.SetText(text)
	press(e, fyne.KeyReturn)
}

func TestTypedSettings(t *testing.T) {
	w, program, queue := preferring(t, nil)
	p := w.general.places
	for _, e := range []struct {
		entry *kit.LineEntry
		shown string
	}{
		{p.name.entry, "HD Webcam on workshop"}, {p.port.entry, "8080"}, {p.idle.entry, "10 s"}, {p.pictures.entry, "/home/jo/Pictures/Fanlight"},
		{p.videos.entry, "/home/jo/Videos/Fanlight"}, {p.history.entry, "256"}, {p.disk.entry, "0"},
	} {
		if e.entry.Text != e.shown || e.entry.Disabled() {
			t.Errorf("%s shows %q, want %q", e.entry.Name, e.entry.Text, e.shown)
		}
	}
	enter(w, p.name.entry, "Front door")
	enter(w, p.port.entry, " 9000 ")
	enter(w, p.idle.entry, "5 min")
	enter(w, p.pictures.entry, "/tmp")
	queue.next(t)
	enter(w, p.videos.entry, " /media/disk ")
	queue.next(t)
	enter(w, p.history.entry, "0")
	enter(w, p.disk.entry, "60")
	enter(w, p.name.entry, "")
	program.want(t, "rename Front door", "port 9000", "idle 5m0s", "pictures in /tmp", "videos in /media/disk", "history 0", "history on disk 60", "rename ")
}

func TestWrongSettingsSayWhatIsAllowed(t *testing.T) {
	w, program, _ := preferring(t, nil)
	p := w.general.places
	for _, c := range []struct {
		place *place
		text  string
		says  string
	}{
		{p.port, "0", "from 1 to 65535"}, {p.port, "65536", "from 1 to 65535"}, {p.port, "http", "from 1 to 65535"}, {p.port, "", "from 1 to 65535"},
		{p.idle, "0", "from 1 s to 60 min"}, {p.idle, "61 min", "from 1 s to 60 min"}, {p.idle, "soon", "from 1 s to 60 min"},
		{p.history, "-1", "from 0 to 65536"}, {p.history, "much", "from 0 to 65536"},
		{p.disk, "-1", "from 0 to 1440"}, {p.disk, "1441", "from 0 to 1440"}, {p.disk, "1h", "from 0 to 1440"},
	} {
		usual := c.place.words.Label.Text
		enter(w, c.place.entry, c.text)
		if got := c.place.words.Label.Text; !strings.Contains(got, c.says) {
			t.Errorf("%q: says %q", c.text, got)
		}
		enter(w, c.place.entry, "7")
		if got := c.place.words.Label.Text; strings.Contains(got, c.says) {
			t.Errorf("%q, then 7: still says %q, usually %q", c.text, got, usual)
		}
		program.calls = nil
	}
	for err, says := range map[error]string{
		ErrPortTaken:                         "Port 80 is taken by another program, so the old one is kept",
		ErrPortForbidden:                     "choose one above 1023",
		errors.New("the network is on fire"): "The network is on fire.",
	} {
		program.refused = err
		enter(w, p.port.entry, "80")
		if got := p.port.words.Label.Text; !strings.Contains(got, says) {
			t.Errorf("%v: says %q", err, got)
		}
		program.refused = nil
		enter(w, p.port.entry, "8080")
	}
}

func TestCommandLinesSettingsAreShownAndCannotBeChanged(t *testing.T) {
	w, _, _ := preferring(t, func(s *State) {
		s.NameGiven = true
		s.General.PortGiven, s.General.IdleGiven, s.General.ShareGiven = true, true, true
		s.General.VideosGiven, s.General.HistoryGiven, s.General.HistoryDiskGiven = true, true, true
	})
	g := w.general
	for option, p := range map[string]*place{"--name": g.places.name, "--listen": g.places.port, "--idle": g.places.idle, "--record": g.places.videos.place, "--history": g.places.history, "--history-disk": g.places.disk} {
		if !p.entry.Disabled() || !strings.Contains(p.words.Label.Text, "Set by "+option) {
			t.Errorf("%s: can be changed: %t, says %q", option, !p.entry.Disabled(), p.words.Label.Text)
		}
	}
	if !w.share.name.Disabled() || !strings.Contains(g.words.Label.Text, "--share") {
		t.Errorf("says %q", g.words.Label.Text)
	}
}

func TestFolderForSnapshotsIsChosen(t *testing.T) {
	w, program, queue := preferring(t, nil)
	p := w.general.places
	test.Tap(p.pictures.choose) // cancelled
	queue.next(t)
	program.chosen = "/media/stick"
	test.Tap(p.pictures.choose)
	queue.next(t) // the dialog
	queue.next(t) // the program
	const asks = `choose "Folder for snapshots", a folder: true`
	program.want(t, asks, asks, "pictures in /media/stick")
	if p.pictures.entry.Text != "/media/stick" {
		t.Errorf("shows %q", p.pictures.entry.Text)
	}
	program.chosen, program.refused = "/media/disc", errors.New("nothing can be saved in /media/disc")
	test.Tap(p.pictures.choose)
	queue.next(t)
	queue.next(t)
	if got := p.pictures.words.Label.Text; got != "Nothing can be saved in /media/disc." {
		t.Errorf("says %q", got)
	}
	program.noChooser = errors.New("no portal")
	test.Tap(p.pictures.choose)
	queue.next(t)
	if w.window.Canvas().Overlays().Top() == nil {
		t.Error("without a dialog of the desktop's there is none of Fyne's")
	}
}

// TestBackToTheKeptFolder is of who changes their mind while a disk does not answer.
func TestBackToTheKeptFolder(t *testing.T) {
	const kept = "/home/jo/Pictures/Fanlight"
	for name, back := range map[string]func(w *Window, program *asked, queue uiQueue, p *place, choose *kit.Button){
		"typed": func(w *Window, _ *asked, _ uiQueue, p *place, _ *kit.Button) { enter(w, p.entry, kept) },
		"chosen": func(_ *Window, program *asked, queue uiQueue, _ *place, choose *kit.Button) {
			program.chosen = kept
			test.Tap(choose)
			queue.next(t) // the dialog
		},
	} {
		w, program, queue := preferring(t, nil)
		program.slowDisk = true
		pictures := w.general.places.pictures
		p := pictures.place
		enter(w, p.entry, "/net/bad")
		program.answers[0](errors.New("nothing can be saved in /net/bad"))
		queue.next(t)
		enter(w, p.entry, "/net/slow")
		if got := p.words.Label.Text; strings.Contains(got, "bad") {
			t.Errorf("%s: says %q of /net/slow", name, got)
		}
		back(w, program, queue, p, pictures.choose)
		if len(program.answers) != 3 {
			t.Fatalf("%s: asked %d times, not about %s", name, len(program.answers), kept)
		}
		program.answers[2](nil)
		queue.next(t)
		program.answers[1](nil)
		queue.next(t)
		if p.entry.Text != kept {
			t.Errorf("%s: shows %q", name, p.entry.Text)
		}
	}
}

// A dead disk of the network answers late or never.
func TestWindowDoesNotWaitForAFolder(t *testing.T) {
	w, program, queue := preferring(t, nil)
	program.slowDisk = true
	p := w.general.places.pictures
	enter(w, p.entry, "/net/old")
	enter(w, p.entry, "/net/new")
	w.shown(t, queue, w.newest())
	if p.entry.Text != "/net/new" || p.entry.Disabled() {
		t.Errorf("shows %q while it waits", p.entry.Text)
	}
	program.answers[1](errors.New("nothing can be saved in /net/new"))
	queue.next(t)
	const refused = "Nothing can be saved in /net/new."
	if got := p.words.Label.Text; got != refused || p.entry.Text != "/net/new" {
		t.Errorf("says %q of %q", got, p.entry.Text)
	}
	program.answers[0](nil)
	queue.next(t)
	if got := p.words.Label.Text; got != refused || p.entry.Text != "/net/new" {
		t.Errorf("after an answer to an older question, says %q of %q", got, p.entry.Text)
	}
	enter(w, p.entry, "/net/third")
	program.answers[2](nil)
	queue.next(t)
	if got := p.words.Label.Text; got != "Empty: the usual one." || p.entry.Text != "/net/third" {
		t.Errorf("says %q of %q", got, p.entry.Text)
	}
	w.shown(t, queue, w.newest())
	if p.entry.Text != "/home/jo/Pictures/Fanlight" {
		t.Errorf("shows %q, which is not what the program says", p.entry.Text)
	}
}

func TestIdleTimes(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"10": 10 * time.Second, "10s": 10 * time.Second, "1 sec": time.Second, " 5 MIN ": 5 * time.Minute, "2m": 2 * time.Minute, "1h": time.Hour,
		"": -1, "s": -1, "-1": -1, "1.5 s": -1, "10 years": -1, "99999999999999999999": -1,
	} {
		got, ok := readIdle(text)
		if ok != (want >= 0) || ok && got != want {
			t.Errorf("%q: %v, %v, want %v", text, got, ok, want)
		}
		if again, ok := readIdle(idleText(want)); want > 0 && (!ok || again != want) {
			t.Errorf("%v is written %q, which is read %v", want, idleText(want), again)
		}
	}
}

func TestHistorySaysHowLongItLasts(t *testing.T) {
	for want, g := range map[string]General{
		"Nothing is kept, so nobody can look back.":                      {},
		"It shows here how long that lasts once the camera is on.":       {History: 256},
		"That lasts about 80 seconds with this camera. 0 keeps nothing.": {History: 256, HistoryLasts: 80*time.Second + 1},
		"That lasts about 6 minutes with this camera. 0 keeps nothing.":  {History: 256, HistoryLasts: 400 * time.Second},
		"Set by --history for this run, so it cannot be changed here.":   {History: 256, HistoryGiven: true},
	} {
		w, _, _ := preferring(t, func(s *State) { s.General = g })
		if got := w.general.places.history.words.Label.Text; got != want {
			t.Errorf("says %q, want %q", got, want)
		}
	}
}

func TestHistoryOnDiskSaysWhatItTakes(t *testing.T) {
	for want, g := range map[string]General{
		"Nothing is kept there. It would write all the time that the camera is on, which wears SD cards.": {},
		"They take 10.8 GB now, and are removed when Fanlight ends. 0 keeps nothing.":                     {HistoryDisk: 60, HistoryDiskBytes: 10_800_000_000},
		"Set by --history-disk for this run, so it cannot be changed here.":                               {HistoryDisk: 60, HistoryDiskGiven: true},
	} {
		w, _, _ := preferring(t, func(s *State) { s.General = g })
		if got := w.general.places.disk.words.Label.Text; got != want {
			t.Errorf("says %q, want %q", got, want)
		}
	}
}
