package ui

import (
	"fmt"
	"image"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"fanlight/ui/kit"
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
			test.ApplyTheme(t, inVariant{kit.Calm{}, screen.variant})
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

// A quiet zone of four modules at least is asked for by ISO/IEC 18004.
func TestCodeHasAQuietZone(t *testing.T) {
	rows := modules("http://192.168.178.42:8080/" + key)
	for y, row := range rows {
		for x, dark := range row {
			if border := min(x, y, len(row)-1-x, len(rows)-1-y) < 4; border && dark {
				t.Fatalf("module %d, %d of the quiet zone is dark", x, y)
			}
		}
	}
	if len(rows) < 21+8 {
		t.Errorf("%d rows are no code", len(rows))
	}
	if rows := modules(strings.Repeat("long", 1000)); rows != nil {
		t.Errorf("a text that is too long for a code makes %d rows", len(rows))
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
			if w.code.IsOpen() != test.open {
				t.Errorf("open: %v", w.code.IsOpen())
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
