package ui

import (
	"fmt"
	"image"
	"image/color"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
)

const key = "?key=3q2-7wAAAAAAAAAAAAAAAA"

// scan reads the QR code in a picture, as a phone would.
func scan(t *testing.T, picture image.Image) string {
	t.Helper()
	bitmap, err := gozxing.NewBinaryBitmapFromImage(picture)
	if err != nil {
		t.Fatal(err)
	}
	read, err := qrcode.NewQRCodeReader().Decode(bitmap, nil)
	if err != nil {
		t.Fatalf("no code can be read: %v", err)
	}
	return read.GetText()
}

func TestCodeIsReadFromTheWindow(t *testing.T) {
	for _, screen := range []struct {
		size    fyne.Size
		variant fyne.ThemeVariant
	}{
		{fyne.NewSize(640, 480), theme.VariantDark}, {fyne.NewSize(704, 604), theme.VariantLight}, {fyne.NewSize(1920, 1080), theme.VariantDark},
	} {
		t.Run(fmt.Sprint(screen.size), func(t *testing.T) {
			w, _, queue := open(t)
			test.ApplyTheme(t, inVariant{calm{}, screen.variant})
			w.window.Resize(screen.size)
			s := sharingState()
			w.shown(t, queue, s)
			test.Tap(w.share.code)
			if got := scan(t, w.window.Canvas().Capture()); got != s.Link {
				t.Errorf("read %q, want %q", got, s.Link)
			}
			s.KeyLink = s.Link + key
			w.shown(t, queue, s) // a passcode is set while the code is shown
			if got := scan(t, w.window.Canvas().Capture()); got != s.KeyLink {
				t.Errorf("read %q, want %q", got, s.KeyLink)
			}
		})
	}
}

// All modules have the same whole number of pixels, and a quiet zone of four
// modules at least (ISO/IEC 18004).
func TestCodeIsSharp(t *testing.T) {
	c := newCode()
	c.set("http://192.168.178.42:8080/" + key)
	modules := len(c.modules)
	for _, size := range []image.Point{{X: modules, Y: modules}, {X: 333, Y: 333}, {X: 500, Y: 333}, {X: 1001, Y: 1003}} {
		picture := c.draw(size.X, size.Y)
		module := min(size.X, size.Y) / modules
		left, top := (size.X-module*modules)/2, (size.Y-module*modules)/2
		for y := range size.Y {
			for x := range size.X {
				dark := false
				if at := image.Pt(x-left, y-top); at.In(image.Rect(0, 0, module*modules, module*modules)) {
					row, column := at.Y/module, at.X/module
					dark = c.modules[row][column]
					if border := min(row, column, modules-1-row, modules-1-column) < 4; border && dark {
						t.Fatalf("module %d, %d of the quiet zone is dark", column, row)
					}
				}
				want := color.Gray{Y: 0xff}
				if dark {
					want.Y = 0
				}
				if got := picture.At(x, y); got != want {
					t.Fatalf("%v: the pixel %d, %d is %v, want %v", size, x, y, got, want)
				}
			}
		}
	}
}

func TestLinkWithKeyIsCopiedFromTheCodeOnly(t *testing.T) {
	w, _, queue := open(t)
	s := sharingState()
	s.Passcode, s.KeyLink = "hush", s.Link+key
	w.shown(t, queue, s)
	test.Tap(w.share.copyIt)
	if got := w.app.Clipboard().Content(); got != s.Link || w.share.link.Text != s.Link {
		t.Errorf("copied %q, shown %q", got, w.share.link.Text)
	}
	test.Tap(w.share.code)
	if w.code.copyIt.Text != "Copy link with key" || w.code.link.Text != s.Link {
		t.Errorf("offers %q below %q", w.code.copyIt.Text, w.code.link.Text)
	}
	test.Tap(w.code.copyIt)
	if got := w.app.Clipboard().Content(); got != s.KeyLink {
		t.Errorf("copied %q", got)
	}
}

func TestCodeCloses(t *testing.T) {
	for name, test := range map[string]struct {
		do   func(w *Window, queue uiQueue)
		open bool
	}{
		"its button":        {func(w *Window, _ uiQueue) { test.Tap(w.code.done) }, false},
		"Escape":            {func(w *Window, _ uiQueue) { pressDown(w.window.Canvas(), fyne.KeyEscape) }, false},
		"Escape, no focus":  {func(w *Window, _ uiQueue) { escape(w.window.Canvas()) }, false},
		"a tap beside it":   {func(w *Window, _ uiQueue) { test.TapCanvas(w.window.Canvas(), fyne.NewPos(5, 300)) }, false},
		"a tap on it":       {func(w *Window, _ uiQueue) { test.TapCanvas(w.window.Canvas(), fyne.NewPos(350, 200)) }, true},
		"the end of it all": {func(w *Window, queue uiQueue) { w.Show(liveState()); (<-queue)() }, false},
	} {
		t.Run(name, func(t *testing.T) {
			w, _, queue := open(t)
			w.shown(t, queue, sharingState())
			w.code.openFor(sharingState())
			test.do(w, queue)
			if w.code.isOpen() != test.open {
				t.Errorf("open: %v", w.code.isOpen())
			}
			if !test.open && w.window.Canvas().OnTypedKey() != nil {
				t.Error("it keeps the keys")
			}
		})
	}
}

// pressDown presses a key on the widget that has the keyboard.
func pressDown(c fyne.Canvas, key fyne.KeyName) {
	c.Focused().(desktop.Keyable).KeyDown(&fyne.KeyEvent{Name: key})
}

func escape(c fyne.Canvas) {
	c.Unfocus()
	c.OnTypedKey()(&fyne.KeyEvent{Name: fyne.KeyEscape})
}
