package ui

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"fanlight/ui/kit"
)

// Front opens the window if it is hidden, and brings it to the front. It may be called
// from any goroutine.
func (w *Window) Front() { w.do(w.front) }

// mapping is how long a desktop may take to show a window that was hidden or minimised.
const mapping = 300 * time.Millisecond

// front asks for the focus twice: a window that is not shown yet cannot get it, and Fyne
// does not tell when it is.
func (w *Window) front() {
	w.hidden = false
	w.appear()
	w.window.RequestFocus()
	time.AfterFunc(mapping, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		if !w.closed {
			w.do(w.focus)
		}
	})
}

func (w *Window) focus() {
	if !w.hidden {
		w.window.RequestFocus()
	}
}

// hide takes the window off the screen. The camera then runs for viewers only.
func (w *Window) hide() {
	w.hidden = true
	w.window.Hide()
	w.preview.stop()
}

func (w *Window) quit() {
	w.hide()
	w.program.Quit()
}

// closing is called when the user closes the window.
func (w *Window) closing() {
	s := w.newest()
	switch {
	case !s.Sharing || s.General.OnClose == QuitOnClose:
		w.quit()
	case s.General.OnClose == BackgroundOnClose:
		w.hide()
	default:
		w.askOnClose()
	}
}

// askOnClose asks what closing the window does while sharing.
func (w *Window) askOnClose() {
	if w.asking != nil && w.asking.IsOpen() {
		return
	}
	answer := func(choice OnClose, act func()) func() {
		return func() {
			w.asking.Close()
			w.program.SetOnClose(choice)
			act()
		}
	}
	goOn := kit.NewButton(closings()[BackgroundOnClose].Label, lang.L("Go on sharing in the background"), answer(BackgroundOnClose, w.hide))
	stop := kit.NewButton(closings()[QuitOnClose].Label, lang.L("Stop sharing and quit"), answer(QuitOnClose, w.quit))
	cancel := kit.NewButton(lang.L("Cancel"), lang.L("Cancel"), func() { w.asking.Close() })
	goOn.Importance = widget.HighImportance
	// The buttons are one below the other: beside each other they are wider than a phone.
	buttons := container.New(layout.NewCustomPaddedVBoxLayout(8), goOn, stop, cancel)
	rows := container.NewVBox(kit.NewTitle(lang.L("Fanlight is sharing")), kit.NewWords(w.onCloseWords()), buttons)
	w.asking = kit.NewSheet(w.window.Canvas(), rows, fyne.NewSize(400, 0))
	w.asking.Open(goOn)
	w.asking.Relayout()
}

func (w *Window) onCloseWords() string {
	if w.tray != nil {
		return lang.L("It can go on in the background. To open the window again, use the icon in the tray, or start Fanlight again. Your answer is remembered; the program settings change it.")
	}
	return lang.L("It can go on in the background. To open the window again, start Fanlight again. Your answer is remembered; the program settings change it.")
}

// mind ends the program, or opens the window, when it is hidden and does not share any
// more: nobody would know of it. Then there is nothing to ask either.
func (w *Window) mind(s State) {
	if w.asking != nil && !s.Sharing {
		w.asking.Close()
	}
	switch {
	case !w.hidden || s.Sharing:
	case s.Problem != "":
		w.front()
	case w.tray == nil:
		w.program.Quit()
	}
}

// Notify shows a message of the desktop's, with a title and a text. It may be called from
// any goroutine, and may wait for the desktop.
func (w *Window) Notify(title, text string) {
	w.app.SendNotification(fyne.NewNotification(translated(title), text))
}
