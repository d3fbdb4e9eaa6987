package ui

import (
	"path/filepath"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"fanlight/ui/kit"
)

// Pictures is what the window asks of the program about the camera's pictures.
type Pictures interface {
	Snapshot() // saves the picture of now; State.Saved tells what came of it
	// Record begins a recording, or ends it; State.Recording tells how it stands.
	Record(on bool)
	// Pause closes the camera for everybody, or ends that.
	Pause(on bool)
	// ShowInFolder shows a file in the desktop's file manager.
	ShowInFolder(path string)
	// MirrorPreview mirrors the chosen camera's pictures in the window, and only there.
	MirrorPreview(on bool)
}

// Saved is what came of the last snapshot.
type Saved struct {
	Number  int    // of snapshots since the program started
	Path    string // of the file
	Problem string // a sentence, if no picture could be saved; then there is no Path
}

// Recording is a recording that is running; Since is zero while none is.
type Recording struct {
	Since time.Time
	Bytes int64
}

// On reports whether one is running.
func (r Recording) On() bool { return !r.Since.IsZero() }

// tools are the buttons for what is done with the picture.
type tools struct {
	row      *fyne.Container
	snapshot *kit.Button
	record   *kit.Button
	pause    *kit.Button
	full     *kit.Button
	help     *kit.Button
	mic      *micLight
	narrow   bool
	paused   bool

	recording bool
}

func newTools() *tools {
	t := &tools{
		snapshot: kit.NewIconButton(lang.L("Save this picture"), theme.MediaPhotoIcon(), nil),
		record:   kit.NewIconButton("", theme.MediaRecordIcon(), nil),
		pause:    kit.NewIconButton("", theme.MediaPauseIcon(), nil),
		full:     kit.NewIconButton(lang.L("Full screen"), theme.ViewFullScreenIcon(), nil),
		help:     kit.NewIconButton(lang.L("Help"), theme.QuestionIcon(), nil),
		mic:      newMicLight(),
	}
	t.snapshot.Keys, t.pause.Keys, t.full.Keys, t.help.Keys = keySnapshot.String(), keyPause.String(), keyFull.String(), keyHelp.String()
	t.record.Keys = keyRecord.String()
	t.row = container.New(layout.NewCustomPaddedHBoxLayout(4), t.mic.meter, t.mic.Button, t.snapshot, t.record, t.pause, t.full, t.help)
	t.draw()
	return t
}

// setNarrow leaves the buttons their icons only.
func (t *tools) setNarrow(narrow bool) {
	t.narrow, t.mic.narrow = narrow, narrow
	t.mic.draw()
	t.draw()
}

// show draws the state.
func (t *tools) show(s State) {
	if t.mic.show(s.Sound) {
		t.row.Refresh()
	}
	kit.SetEnabled(t.snapshot, s.Condition == Live)
	kit.SetEnabled(t.record, s.Chosen != "" || s.Recording.On())
	if paused := s.Condition == Paused; paused != t.paused || s.Recording.On() != t.recording {
		t.paused, t.recording = paused, s.Recording.On()
		t.draw()
	}
}

func (t *tools) draw() {
	snapshot, pause := lang.L("Snapshot"), lang.L("Pause")
	t.pause.Name, t.pause.Icon, t.pause.Importance = lang.L("Pause for all viewers, camera off"), theme.MediaPauseIcon(), widget.MediumImportance
	if t.paused {
		pause = lang.L("Resume")
		t.pause.Name, t.pause.Icon, t.pause.Importance = lang.L("End the pause"), theme.MediaPlayIcon(), widget.HighImportance
	}
	t.record.Name, t.record.Icon, t.record.Importance = lang.L("Record the camera's pictures"), theme.MediaRecordIcon(), widget.MediumImportance
	if t.recording {
		t.record.Name, t.record.Icon, t.record.Importance = lang.L("End the recording"), theme.MediaStopIcon(), widget.DangerImportance
	}
	t.record.Refresh()
	t.snapshot.SetText(unless(t.narrow, snapshot))
	t.pause.SetText(unless(t.narrow, pause))
}

// setFull shows what the button for full screen would do now.
func (t *tools) setFull(full bool) {
	t.full.Name = lang.L("Full screen")
	icon := theme.ViewFullScreenIcon()
	if full {
		t.full.Name = lang.L("Leave full screen")
		icon = theme.ViewRestoreIcon()
	}
	t.full.SetIcon(icon)
}

// savedWords say in a toast what came of a snapshot.
func savedWords(s Saved) (words, button string) {
	if s.Problem != "" {
		return told(s.Problem), ""
	}
	return lang.L("Saved {{.File}}", map[string]any{"File": filepath.Base(s.Path)}), lang.L("Show in folder")
}
