package ui

import (
	"image"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"fanlight/ui/kit"
)

// Recordings is what the window asks of the program about recordings.
type Recordings interface {
	// SaveLast makes a recording of what was just seen; State.Recorded tells what came of it.
	SaveLast()
	// ListRecordings says whether the list of recordings is open. Only then
	// State.Library.Recordings is needed.
	ListRecordings(shown bool)
	RenameRecording(id, name string)
	// OpenRecordings opens the page of recordings in a browser, with the owner's rights.
	OpenRecordings()
	// DeleteRecording puts a recording away, and RestoreRecording brings it back.
	DeleteRecording(id string)
	RestoreRecording(id string)
}

// Recorded is what came of the last recording.
type Recorded struct {
	Number int // of recordings since the program started
	ID     string
	Path   string // of the file
	// Problem is a sentence, if nothing was recorded; then there is no Path.
	Problem string
}

// Library is the recordings that there are.
type Library struct {
	Recordings []Film // newest first
	Reading    bool   // not all were read yet
	Problem    string // a sentence, if they cannot be listed or changed
	Deleted    Deleted
}

// Deleted is the recording that was deleted last.
type Deleted struct {
	Number   int // of those deleted since the program started
	ID, Name string
}

// Film is a recording that plays.
type Film struct {
	ID     string
	Path   string
	Name   string
	Camera string
	Since  time.Time
	Length time.Duration
	Bytes  int64
	// Picture is one of its pictures; nil before it was read. It is shared: read only.
	Picture image.Image
}

// library is the side with the recordings.
type library struct {
	*kit.Side
	program  Recordings
	folder   func(path string)
	window   fyne.Window
	timeline *timeline
	toggle   *kit.Button // opens the side
	hint     *kit.Notice
	page     *kit.Button // opens the page of recordings, while sharing
	films    *kit.List[string, film]
}

// film is a Film as the list shows it.
type film struct {
	Film
	playing bool
}

func newLibrary(p Program, window fyne.Window, line *timeline) *library {
	l := &library{program: p, folder: p.ShowInFolder, window: window, timeline: line, hint: kit.NewNotice()}
	l.toggle = kit.NewIconButton(lang.L("Recordings"), theme.MediaVideoIcon(), nil)
	l.toggle.Keys = keyLibrary.String()
	l.page = kit.NewButton(lang.L("Open in a browser"), "", p.OpenRecordings)
	l.films = kit.NewList(func(f film) string { return f.ID }, l.row, l.toggle)
	l.Side = kit.NewSide(lang.L("Recordings"), l.hint.Label, l.page, l.films.Drawn)
	l.films.Scroll = l.Scroll
	l.Scroll.OnScrolled = func(fyne.Position) { l.films.Fill() }
	l.page.OnFocus = l.Reveal
	l.page.Hide()
	l.Opened = p.ListRecordings
	return l
}

// show draws the state, if the side is open.
func (l *library) show(s State) {
	if !l.Panel.Visible() {
		return
	}
	moved := l.hint.Say(libraryWords(s.Library))
	served := kit.SetVisible(l.page, s.LinkHere != "")
	if kit.SetVisible(l.hint.Label, l.hint.Label.Text != "") || moved || served {
		l.Relayout()
	}
	playing, _ := l.timeline.reel.now()
	films := make([]film, len(s.Library.Recordings))
	for i, f := range s.Library.Recordings {
		films[i] = film{f, f.ID == playing.Recording}
	}
	if playing.Recording != "" && !s.Library.Reading && !slices.ContainsFunc(films, func(f film) bool { return f.playing }) {
		l.timeline.goLive() // it was deleted
	}
	if l.films.Show(films) {
		l.Place()
		l.films.Fill()
	}
}

func libraryWords(l Library) string {
	switch {
	case l.Problem != "":
		return told(l.Problem)
	case len(l.Recordings) > 0:
		return ""
	case l.Reading:
		return lang.L("Looking for recordings…")
	default:
		return lang.L("No recordings yet. The red dot below the picture begins one.")
	}
}

// filmWords say what a recording is of, or that it is played, and how long it is.
func filmWords(f film) (of, long string) {
	of = f.Camera
	if f.playing {
		of = lang.L("on screen")
	}
	return of, clockWords(f.Length) + " · " + bytesWords(f.Bytes)
}

func (l *library) row(f film) *kit.ListRow[film] {
	latest := f
	name, camera, when, long := kit.NewCaption(""), kit.NewCaption(""), kit.NewCaption(""), kit.NewCaption("")
	name.TextStyle.Bold = true
	for _, quiet := range []*widget.Label{camera, when, long} {
		quiet.Importance = widget.LowImportance
	}
	play := func() { l.timeline.playRecording(latest.ID) }
	plays := kit.NewButton(lang.L("Play"), "", play)
	folder := kit.NewIconButton(lang.L("Show in folder"), theme.FolderOpenIcon(), func() { l.folder(latest.Path) })
	rename := kit.NewIconButton(lang.L("Rename"), theme.DocumentCreateIcon(), func() { l.rename(latest) })
	remove := kit.NewIconButton(lang.L("Delete"), theme.DeleteIcon(), func() { l.program.DeleteRecording(latest.ID) })
	buttons := []*kit.Button{plays, folder, rename, remove}
	for _, b := range buttons {
		b.OnFocus = l.Reveal
	}
	picture := kit.NewTile(theme.MediaVideoIcon(), play)
	text := container.New(layout.NewCustomPaddedVBoxLayout(-14), camera, when, long)
	shown := container.New(layout.NewBorderLayout(nil, nil, picture, nil), picture, text)
	below := container.New(layout.NewCustomPaddedHBoxLayout(4), plays, folder, rename, remove)
	return &kit.ListRow[film]{
		Object: container.New(layout.NewCustomPaddedLayout(0, 10, 0, 0),
			container.New(layout.NewCustomPaddedVBoxLayout(2), name, kit.Nudge(shown, 8, 0), kit.Nudge(below, 8, 0))),
		Buttons: buttons,
		Show: func(now film) {
			latest = now
			kit.SetText(name, now.Name)
			of, length := filmWords(now)
			kit.SetText(camera, of)
			kit.SetText(when, now.Since.Format("2006-01-02 15:04"))
			kit.SetText(long, length)
			plays.Name = lang.L("Play {{.Recording}}", map[string]any{"Recording": now.Name})
			picture.SetPicture(now.Picture)
		},
	}
}

// rename asks for another name.
func (l *library) rename(f film) {
	var name *kit.PromptEntry
	q := kit.NewQuestion(lang.L("Rename"), func() {
		if text := strings.TrimSpace(name.Text); text != "" && text != f.Name {
			l.program.RenameRecording(f.ID, text)
		}
	})
	name = q.Entry(lang.L("Name of the recording"))
	name.SetText(f.Name)
	q.Ask(l.window.Canvas(), 400, name, kit.NewTitle(lang.L("Rename the recording")), name)
}
