package ui

import (
	"path/filepath"
	"time"

	"fyne.io/fyne/v2/lang"

	"fanlight/ui/kit"
)

// toastTime is how long a toast is shown.
const toastTime = 8 * time.Second

// toldOf holds the numbers of what was told in toasts.
type toldOf struct{ saved, recorded, deleted int }

// tell tells of what has happened, once each.
func (w *Window) tell(s State) {
	if s.Saved.Number != w.toldOf.saved {
		w.toldOf.saved = s.Saved.Number
		w.sayToast(s.Saved.Problem, lang.L("Saved {{.File}}", map[string]any{"File": filepath.Base(s.Saved.Path)}), w.showing(s.Saved.Path))
	}
	if r := s.Recorded; r.Number != w.toldOf.recorded {
		w.toldOf.recorded = r.Number
		w.sayToast(r.Problem, lang.L("Recorded {{.File}}", map[string]any{"File": filepath.Base(r.Path)}),
			w.showing(r.Path), kit.ToastButton{Words: lang.L("Play"), Tapped: func() { w.timeline.playRecording(r.ID) }})
	}
	if d := s.Library.Deleted; d.Number != w.toldOf.deleted {
		w.toldOf.deleted = d.Number
		w.sayToast("", lang.L("Deleted {{.File}}", map[string]any{"File": d.Name}),
			kit.ToastButton{Words: lang.L("Undo"), Tapped: func() { w.program.RestoreRecording(d.ID) }})
	}
}

// showing is the button that shows a file in its folder.
func (w *Window) showing(path string) kit.ToastButton {
	return kit.ToastButton{Words: lang.L("Show in folder"), Tapped: func() { w.program.ShowInFolder(path) }}
}

// sayToast tells what has come about with what can be done then, or the problem.
func (w *Window) sayToast(problem, words string, buttons ...kit.ToastButton) {
	if problem != "" {
		words, buttons = told(problem), nil
	}
	w.later(toastTime, w.toast.Say(words, buttons...))
	w.stage.Refresh()
}
