package ui

import (
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
	// Snapshot saves a picture: the newest one of the camera, or that of the moment from which
	// something is played. State.Saved tells what came of it.
	Snapshot(of Play)
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
	Lost  uint64 // pictures, because the disk is too slow
}

// On reports whether one is running.
func (r Recording) On() bool { return !r.Since.IsZero() }

// tools are the buttons for what is done with the picture.
type tools struct {
	row      *fyne.Container
	snapshot *kit.Button
	record   *kit.Button
	last     *kit.Button // saves what was just seen
	pause    *kit.Button
	full     *kit.Button
	help     *kit.Button
	mic      *micLight
	narrow   bool
	paused   bool

	recording Recording
	lasting   string // the words of the record button
	moved     func() // is called when the row has another width
}

func newTools() *tools {
	t := &tools{
		moved:    func() {},
		snapshot: kit.NewIconButton(lang.L("Save this picture"), theme.MediaPhotoIcon(), nil),
		record:   kit.NewIconButton("", theme.MediaRecordIcon(), nil),
		last:     kit.NewIconButton("", theme.HistoryIcon(), nil),
		pause:    kit.NewIconButton("", theme.MediaPauseIcon(), nil),
		full:     kit.NewIconButton(lang.L("Full screen"), theme.ViewFullScreenIcon(), nil),
		help:     kit.NewIconButton(lang.L("Help"), theme.QuestionIcon(), nil),
		mic:      newMicLight(),
	}
	t.snapshot.Keys, t.pause.Keys, t.full.Keys, t.help.Keys = keySnapshot.String(), keyPause.String(), keyFull.String(), keyHelp.String()
	t.record.Keys, t.last.Keys = keyRecord.String(), keySaveLast.String()
	t.row = container.New(layout.NewCustomPaddedHBoxLayout(4), t.mic.meter, t.mic.Button, t.snapshot, t.record, t.last, t.pause, t.full, t.help)
	t.draw()
	return t
}

// setNarrow leaves the buttons their icons only.
func (t *tools) setNarrow(narrow bool) {
	t.narrow, t.mic.narrow = narrow, narrow
	t.mic.draw()
	t.draw()
}

// show draws the state, while the preview shows the past or not.
func (t *tools) show(s State, past bool) {
	if t.mic.show(s.Sound) {
		t.draw()
		t.row.Refresh()
	}
	kit.SetEnabled(t.snapshot, s.Condition == Live || past)
	kit.SetEnabled(t.record, s.Chosen != "" || s.Recording.On())
	t.showLast(s)
	lasting := recordingWords(s.Recording, t.narrow)
	if paused := s.Condition == Paused; paused != t.paused || lasting != t.lasting {
		t.paused, t.recording, t.lasting = paused, s.Recording, lasting
		before := t.row.MinSize()
		t.draw()
		if t.row.MinSize() != before { // the record button is as wide as its words
			t.moved()
		}
	}
}

// showLast draws the button that saves what was just seen.
func (t *tools) showLast(s State) {
	kit.SetEnabled(t.last, len(s.Past.Sections) > 0 && s.Past.Recording == "")
	t.last.Name = lang.L("Save the last 30 seconds")
	if !s.Past.Kept {
		t.last.Name = lang.L("Nothing is kept to save: see the program settings")
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
	if t.recording.On() {
		t.record.Name, t.record.Icon, t.record.Importance = lang.L("End the recording"), theme.MediaStopIcon(), widget.DangerImportance
	}
	t.record.SetText(recordingWords(t.recording, t.narrow))
	// The words for what goes on now are more important than those for what can be done.
	quiet := t.narrow || t.mic.Text != "" || t.recording.On()
	t.snapshot.SetText(unless(quiet, snapshot))
	t.pause.SetText(unless(quiet, pause))
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
