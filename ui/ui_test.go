package ui

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// asked notes what the window asked of the program.
type asked struct {
	calls   []string
	refused error // what is answered to values that may be invalid

	meanings  map[string]Meaning // what is understood
	chosen    string             // in the desktop's dialog for files
	noChooser error              // that there is none

	slowDisk bool          // folders are not answered at once
	answers  []func(error) // those that are awaited

	microphones bool // their list is open
}

func (a *asked) Choose(id string)   { a.calls = append(a.calls, "choose "+id) }
func (a *asked) Share(on bool)      { a.calls = append(a.calls, fmt.Sprint("share ", on)) }
func (a *asked) Rename(name string) { a.calls = append(a.calls, "rename "+name) }
func (a *asked) Open(c string)      { a.calls = append(a.calls, "open "+c) }
func (a *asked) OpenLink(l string)  { a.calls = append(a.calls, "open link "+l) }
func (a *asked) PassOn(number int)  { a.calls = append(a.calls, fmt.Sprint("pass on ", number)) }
func (a *asked) SetMode(m Mode)     { a.calls = append(a.calls, "mode "+modeWords(m)) }
func (a *asked) SetQuality(q int)   { a.calls = append(a.calls, fmt.Sprint("quality ", q)) }
func (a *asked) SetLook(l Look)     { a.calls = append(a.calls, fmt.Sprintf("look %+v", l)) }
func (a *asked) ResetControls()     { a.calls = append(a.calls, "reset") }
func (a *asked) SetControl(name string, value int) {
	a.calls = append(a.calls, fmt.Sprintf("control %s %d", name, value))
}

func (a *asked) SetPasscode(passcode string) error {
	a.calls = append(a.calls, fmt.Sprintf("passcode %q", passcode))
	return a.refused
}
func (a *asked) SetSites(sites []string) error {
	a.calls = append(a.calls, fmt.Sprintf("sites %q", sites))
	return a.refused
}
func (a *asked) SetShowRecordings(show bool) {
	a.calls = append(a.calls, fmt.Sprint("show recordings ", show))
}
func (a *asked) OpenRecordings()      { a.calls = append(a.calls, "open recordings") }
func (a *asked) SetRewind(allow bool) { a.calls = append(a.calls, fmt.Sprint("rewind ", allow)) }
func (a *asked) ListViewers(shown bool) {
	a.calls = append(a.calls, fmt.Sprint("list viewers ", shown))
}
func (a *asked) SetMaxViewers(n int)  { a.calls = append(a.calls, fmt.Sprint("most ", n)) }
func (a *asked) LetGo(id uint64)      { a.calls = append(a.calls, fmt.Sprint("let go ", id)) }
func (a *asked) KeepOut(id uint64)    { a.calls = append(a.calls, fmt.Sprint("keep out ", id)) }
func (a *asked) Admit(address string) { a.calls = append(a.calls, "admit "+address) }

func (a *asked) ListStreams(shown bool) {
	a.calls = append(a.calls, fmt.Sprint("list streams ", shown))
}
func (a *asked) Watch(id, passcode string) {
	a.calls = append(a.calls, fmt.Sprintf("watch %s %q", id, passcode))
}

func (a *asked) Quit()                { a.calls = append(a.calls, "quit") }
func (a *asked) SetAutostart(on bool) { a.calls = append(a.calls, fmt.Sprint("autostart ", on)) }
func (a *asked) SetShareAtStart(on bool) {
	a.calls = append(a.calls, fmt.Sprint("share at start ", on))
}
func (a *asked) SetNotify(on bool)          { a.calls = append(a.calls, fmt.Sprint("notify ", on)) }
func (a *asked) SetOnClose(c OnClose)       { a.calls = append(a.calls, "on close: "+closings()[c].Label) }
func (a *asked) ChooseMicrophone(id string) { a.calls = append(a.calls, "microphone "+id) }
func (a *asked) Mute(on bool)               { a.calls = append(a.calls, fmt.Sprint("mute ", on)) }
func (a *asked) ListMicrophones(shown bool) { a.microphones = shown }

func (a *asked) Snapshot(of Play) {
	call := "snapshot"
	if !of.Live() {
		call += " " + of.Recording + of.From.UTC().Format("15:04:05.000")
	}
	a.calls = append(a.calls, call)
}
func (a *asked) Record(on bool)           { a.calls = append(a.calls, fmt.Sprint("record ", on)) }
func (a *asked) Pause(on bool)            { a.calls = append(a.calls, fmt.Sprint("pause ", on)) }
func (a *asked) ShowInFolder(path string) { a.calls = append(a.calls, "show "+path) }
func (a *asked) MirrorPreview(on bool)    { a.calls = append(a.calls, fmt.Sprint("mirror preview ", on)) }

func (a *asked) want(t *testing.T, calls ...string) {
	t.Helper()
	if !slices.Equal(a.calls, calls) {
		t.Errorf("asked of the program: %q, want %q", a.calls, calls)
	}
}

// uiQueue is the UI goroutine's queue; the test's own goroutine works it off.
type uiQueue chan func()

func (q uiQueue) do(f func()) { q <- f }

// next runs what waits, and waits for it if need be.
func (q uiQueue) next(t *testing.T) {
	t.Helper()
	select {
	case f := <-q:
		f()
	case <-time.After(time.Minute):
		t.Fatal("nothing came to the UI goroutine")
	}
}

func noPictures(ctx context.Context, _ Play) iter.Seq2[[]byte, time.Time] {
	return func(func([]byte, time.Time) bool) { <-ctx.Done() }
}

func nothingHides(context.Context, uint32) iter.Seq[bool] { return func(func(bool) bool) {} }

// open makes a window on a screen of memory.
func open(t *testing.T) (*Window, *asked, uiQueue) {
	t.Helper()
	return openWith(t, noPictures)
}

func openWith(t *testing.T, source Preview) (*Window, *asked, uiQueue) {
	t.Helper()
	// Fyne forgets what was not drawn for a minute, by a clock that it reads at each
	// capture. Without a capture now, a test that runs late would lose its widgets.
	test.NewCanvas().Capture()
	a, program, queue := test.NewTempApp(t), &asked{}, make(uiQueue, 1000)
	SetTheme(a, SystemTheme)
	w := newWindow(a, "1.2.3", program, source, decode, nothingHides, queue.do)
	t.Cleanup(w.window.Close)
	return w, program, queue
}

// shown draws a state and lays the window out anew, as Fyne's real driver does by itself.
func (w *Window) shown(t *testing.T, queue uiQueue, s State) {
	t.Helper()
	w.Show(s)
	queue.next(t)
	for range 2 { // wrapped text knows its height only once it knows its width
		w.window.Canvas().Content().Refresh()
	}
}

var webcams = []Camera{{ID: "v4l2:a", Name: "HD Webcam"}, {ID: "v4l2:b", Name: "USB Camera"}, {ID: "v4l2:c", Name: "USB Camera"}}

func liveState() State {
	return State{
		Cameras: webcams, Chosen: "v4l2:a", ChosenName: "HD Webcam",
		Condition: Live, Width: 1280, Height: 720, FPS: 30,
		Name: "HD Webcam on workshop",
	}
}

func sharingState() State {
	s := liveState()
	s.Rewind = true
	s.Sharing, s.Link, s.Viewers, s.MaxViewers = true, "http://192.168.178.42:8080/", 2, 100
	s.KeyLink = s.Link
	return s
}

func press(w fyne.Focusable, key fyne.KeyName) { w.TypedKey(&fyne.KeyEvent{Name: key}) }
