package ui

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
)

// openSmall makes a live window of a size, with a picture.
func openSmall(t *testing.T, size fyne.Size) (*Window, uiQueue) {
	t.Helper()
	w, _, queue := open(t)
	w.window.Resize(size)
	w.shown(t, queue, sharingState())
	w.preview.frames.publish(scene())
	w.preview.turn()
	return w, queue
}

// passTime makes it late enough for what lies over the picture to go away.
func (w *Window) passTime() {
	w.idle.until = time.Now().Add(-time.Second)
	w.idle.look()
}

// share is the part of the window that shows the picture, which has 16:9.
func (w *Window) pictureShare() float32 {
	size, whole := w.preview.Size(), w.window.Canvas().Size()
	width := min(size.Width, size.Height*16/9)
	return width * width * 9 / 16 / (whole.Width * whole.Height)
}

func TestASmallWindowIsMostlyPicture(t *testing.T) {
	w, _ := openSmall(t, fyne.NewSize(800, 480))
	if w.stage.Bare() {
		t.Fatal("at first there is nothing but the picture: nobody would find the rest")
	}
	w.passTime()
	if got := w.pictureShare(); !w.stage.Bare() || got < 0.7 {
		t.Errorf("bare %v; the picture has %.0f %% of the window", w.stage.Bare(), 100*got)
	}
	for name, stir := range map[string]func(){
		"a move": func() { w.preview.MouseMoved(&desktop.MouseEvent{}) },
		"a key":  func() { w.root.Press(&fyne.KeyEvent{Name: fyne.KeyTab}) },
	} {
		stir()
		if w.stage.Bare() {
			t.Errorf("%s does not bring the rest back", name)
		}
		w.idle.look()
		if w.stage.Bare() {
			t.Errorf("after %s it goes away at once", name)
		}
		w.passTime()
	}
}

func TestFullScreenIsNearlyAllPicture(t *testing.T) {
	w, _ := openSmall(t, fyne.NewSize(1280, 800))
	w.preview.DoubleTapped(&fyne.PointEvent{})
	w.passTime()
	if got := w.pictureShare(); !w.window.FullScreen() || got < 0.89 { // 16:9 on 16:10
		t.Errorf("full screen %v; the picture has %.0f %% of it", w.window.FullScreen(), 100*got)
	}
	w.preview.DoubleTapped(&fyne.PointEvent{})
	w.passTime()
	if w.window.FullScreen() || w.stage.Bare() {
		t.Errorf("then: full screen %v, bare %v", w.window.FullScreen(), w.stage.Bare())
	}
}

func TestWhatIsUsedStays(t *testing.T) {
	for name, use := range map[string]func(w *Window, queue uiQueue){
		"an open side":    func(w *Window, _ uiQueue) { test.Tap(w.gear) },
		"an open sheet":   func(w *Window, _ uiQueue) { w.help.Open(w.help.done) },
		"a name typed in": func(w *Window, _ uiQueue) { w.window.Canvas().Focus(w.share.name) },
		"a lost camera": func(w *Window, queue uiQueue) {
			s := sharingState()
			s.Condition = Lost
			w.shown(t, queue, s)
		},
		"a pause": func(w *Window, queue uiQueue) {
			s := sharingState()
			s.Condition = Paused
			w.shown(t, queue, s)
		},
	} {
		t.Run(name, func(t *testing.T) {
			w, queue := openSmall(t, fyne.NewSize(800, 480))
			use(w, queue)
			w.passTime()
			if w.stage.Bare() {
				t.Error("it goes away")
			}
		})
	}
	w, _ := openSmall(t, fyne.NewSize(704, 606))
	w.passTime()
	if w.stage.Bare() {
		t.Error("it goes away where there is room for it")
	}
}

func TestANewProblemComesBackOverThePicture(t *testing.T) {
	w, queue := openSmall(t, fyne.NewSize(800, 480))
	w.passTime()
	s := sharingState()
	s.Problem = taken
	w.shown(t, queue, s)
	if w.stage.Bare() || !w.banner.panel.Visible() {
		t.Error("a problem is not seen")
	}
}

// Nothing is pushed off a narrow window, whatever is open.
func TestNarrowWindow(t *testing.T) {
	w, queue := openSmall(t, fyne.NewSize(480, 800))
	s := guardedState()
	s.Problem = "the firewall keeps others out. Let them in with: sudo ufw allow 8080/tcp"
	s.Settings = allSettings()
	s.Browsing, s.StreamCount = true, 12
	s.Name = "A name that is longer than the window is wide, whatever one does"
	for _, side := range []func(){
		func() {}, func() { test.Tap(w.gear) }, func() { test.Tap(w.share.gear) }, func() { test.Tap(w.share.viewers) }, func() { test.Tap(w.network.toggle) },
	} {
		side()
		w.shown(t, queue, s)
		if got := w.window.Canvas().Content().MinSize(); got.Width > 480 || got.Height > 760 {
			t.Errorf("needs %v", got)
		}
		at := fyne.CurrentApp().Driver().AbsolutePositionForObject
		for o := range inSight(w.window.Canvas().Content()) {
			if _, ok := o.(fyne.Focusable); ok && at(o).X+o.Size().Width > 480 {
				t.Errorf("%T ends at %v", o, at(o).X+o.Size().Width)
			}
		}
		if least := w.preview.Size().Height; least < 150 {
			t.Errorf("the picture is %v high", least)
		}
	}
}

// Before the window is shown there is nobody to hide anything from, and after Run no
// goroutine to do so.
func TestNothingIsHiddenLaterWithoutAWindow(t *testing.T) {
	w, _ := openSmall(t, fyne.NewSize(800, 480))
	never := func() { t.Error("called") }
	if w.later(0, never) {
		t.Error("promised before Run")
	}
	w.setRunning(true)
	if !w.later(time.Hour, never) {
		t.Error("not promised in Run")
	}
	w.setRunning(false)
	if w.later(0, never) {
		t.Error("promised after Run")
	}
}
