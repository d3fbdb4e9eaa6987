package ui

import (
	"image"
	"image/color"
	"strings"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

const taken = "Port 8080 is taken by another program. End that program, or start Fanlight with --listen :8081 to share on another port instead."

func TestBanner(t *testing.T) {
	w, _, queue := open(t)
	s := liveState()
	w.shown(t, queue, s)
	if w.banner.panel.Visible() {
		t.Error("shown though all is well")
	}
	s.Problem = taken
	w.shown(t, queue, s)
	if !w.banner.panel.Visible() || w.banner.words.Text != taken {
		t.Errorf("visible %v: %q", w.banner.panel.Visible(), w.banner.words.Text)
	}
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject
	if bottom, top := at(w.banner.panel).Y+w.banner.panel.Size().Height, at(w.preview).Y; top < bottom {
		t.Errorf("the banner ends at %v and covers the preview from %v on", bottom, top)
	}
	if least := w.banner.words.MinSize().Height; w.banner.panel.Size().Height < least {
		t.Errorf("the banner of %v cuts off words of %v", w.banner.panel.Size().Height, least)
	}
	if w.banner.copyIt.Visible() {
		t.Error("a command is to be copied where there is none")
	}
	s.Problem = "the firewall keeps others out. Let them in with: sudo ufw allow 8080/tcp\nand more"
	w.shown(t, queue, s)
	test.Tap(w.banner.copyIt)
	if got := w.app.Clipboard().Content(); got != "sudo ufw allow 8080/tcp" {
		t.Errorf("the command in it is copied as %q", got)
	}
	s.Problem = "this computer is on no network"
	w.shown(t, queue, s)
	if got := w.banner.words.Text; got != "This computer is on no network" {
		t.Errorf("a sentence begins small: %q", got)
	}
	s.Problem = ""
	w.shown(t, queue, s)
	if w.banner.panel.Visible() {
		t.Error("still shown though all is well again")
	}
}

func TestPreviewIsAsWideAsTheCards(t *testing.T) {
	w, _, queue := open(t)
	w.shown(t, queue, sharingState())
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject
	right := func(o fyne.CanvasObject) float32 { return at(o).X + o.Size().Width }
	card := right(w.share.panel)
	if got := right(w.preview); got != card {
		t.Errorf("the preview ends at %v, the card below it at %v", got, card)
	}
	test.Tap(w.share.gear)
	if got := right(w.access.Panel); got != card {
		t.Errorf("the side ends at %v, the card below it at %v", got, card)
	}
	test.Tap(w.share.gear)
	if got := right(w.preview); got != card {
		t.Errorf("with the side closed again the preview ends at %v, the card below it at %v", got, card)
	}
}

func TestShowCoalesces(t *testing.T) {
	w, _, queue := open(t)
	var senders sync.WaitGroup
	for n := range 8 {
		senders.Go(func() {
			for range 100 {
				s := liveState()
				s.Viewers = n
				w.Show(s)
			}
		})
	}
	senders.Wait()
	s := sharingState()
	s.Viewers = 42
	w.Show(s)
	if len(queue) != 1 {
		t.Fatalf("%d calls wait on the UI goroutine, want 1", len(queue))
	}
	queue.next(t)
	if w.share.viewers.Text != "42 viewers" {
		t.Errorf("shows %q, not the newest state", w.share.viewers.Text)
	}
	w.Show(s)
	if len(queue) != 1 {
		t.Errorf("%d calls wait for the next state, want 1", len(queue))
	}
}

// After Run the UI goroutine is gone: Fyne would run the call on the caller's.
func TestShowAfterRun(t *testing.T) {
	w, _, queue := open(t)
	w.Run(false)
	w.Show(liveState())
	if len(queue) != 0 {
		t.Error("a call was handed to a UI goroutine that is gone")
	}
}

func TestWindowFitsASmallScreen(t *testing.T) {
	w, _, queue := open(t)
	s := sharingState()
	s.Problem = taken
	s.AskedWidth, s.AskedHeight, s.AskedFPS, s.GrantedFPS = 1920, 1080, 60, 30
	s.Name = strings.Repeat("A long name ", 20)
	s.Link = "http://" + strings.Repeat("a-long-host-name", 10) + ":8080/"
	s.Settings = allSettings()
	w.shown(t, queue, s)
	test.Tap(w.gear) // opens the drawer
	w.window.Resize(fyne.NewSize(800, 480))
	w.shown(t, queue, s)
	if !w.drawer.Panel.Visible() {
		t.Fatal("the drawer is closed")
	}
	// 800×480 less a title bar and a task bar.
	if got := w.window.Canvas().Content().MinSize(); got.Width > 780 || got.Height > 480-28-36 {
		t.Errorf("needs %v", got)
	}
}

// inVariant is a theme in one variant, whatever the user prefers.
type inVariant struct {
	fyne.Theme
	variant fyne.ThemeVariant
}

func (v inVariant) Color(name fyne.ThemeColorName, _ fyne.ThemeVariant) color.Color {
	return v.Theme.Color(name, v.variant)
}

// guardedState is one with viewers, a passcode and a certificate.
func guardedState() State {
	guarded := watchedState()
	guarded.Passcode, guarded.KeyLink = "hush", guarded.Link+"?key=3q2-7wAAAAAAAAAAAAAAAA"
	guarded.Certificate = &Certificate{
		Fingerprint: fingerprint, Expires: time.Date(2029, time.March, 2, 12, 0, 0, 0, time.UTC), Own: true,
	}
	guarded.Engines = Engines{
		RTSP: true, Link: "rtsp://lamp.local:8554/", SendTo: "rtsp://me:hush@engine/cam", Sending: SendingNow,
	}
	return guarded
}

// scene is a picture with something to see in every corner.
func scene() *image.RGBA {
	picture := image.NewRGBA(image.Rect(0, 0, 640, 360))
	for y := range 360 {
		for x := range 640 {
			picture.SetRGBA(x, y, color.RGBA{R: uint8(x * 255 / 639), G: uint8(y * 255 / 359), B: 0x80, A: 0xff})
		}
	}
	return picture
}
