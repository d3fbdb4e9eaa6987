package ui

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"fanlight/ui/kit"
)

// Others is what the window asks of the program about cameras that are in no list.
type Others interface {
	// Open chooses a camera by what the user typed: an address, a path, or DRIVER:ARGUMENT.
	// It may contain a password.
	Open(choice string)
	// Understand finds out what a text for Open means, and calls told from any goroutine.
	Understand(text string, told func(Meaning))
	// OpenRecent and ForgetRecent take one of State.Recent.
	OpenRecent(shown string)
	ForgetRecent(shown string)
}

// otherCamera is the dialog for a camera that is in no list.
type otherCamera struct {
	program  Others
	do       func(func()) // runs on the UI goroutine
	question *kit.Question
	address  *kit.PromptEntry
	meaning  *kit.Notice
	recent   *fyne.Container
}

// askForCamera shows the dialog, with the cameras that were opened before.
func (w *Window) askForCamera() {
	o := &otherCamera{program: w.program, do: w.do, meaning: kit.NewNotice(), recent: kit.NewRows()}
	o.question = kit.NewQuestion(lang.L("Open"), func() { o.program.Open(strings.TrimSpace(o.address.Text)) })
	o.address = o.question.Entry(lang.L("Address or file"))
	typed := o.address.OnChanged
	o.address.OnChanged = func(text string) {
		typed(text)
		o.understand(text)
	}
	o.meaning.Say(o.usual())
	for _, shown := range w.newest().Recent {
		o.addRecent(shown)
	}
	rows := []fyne.CanvasObject{kit.NewTitle(lang.L("Other camera")), o.address, o.meaning.Label, o.browse(w.files())}
	if len(o.recent.Objects) > 0 {
		list := container.NewVScroll(o.recent)
		list.SetMinSize(fyne.NewSize(0, min(o.recent.MinSize().Height, mostRecentHeight)))
		rows = append(rows, kit.NewCaption(lang.L("Recently used")), list)
	}
	o.question.Ask(w.window.Canvas(), 520, o.address, rows...)
}

// mostRecentHeight is the height of the list of recent cameras, which a small window has.
const mostRecentHeight = 132

func (o *otherCamera) usual() string {
	return lang.L("A network camera, a film, a folder with pictures, or a program that writes JPEG pictures: http://192.168.1.50/video, rtsp://…, lamp.local:8080, ~/film.mp4, command:ffmpeg …")
}

// understand shows what the program makes of the text, unless another one was typed since.
func (o *otherCamera) understand(text string) {
	if strings.TrimSpace(text) == "" {
		o.say(o.usual(), false)
		return
	}
	o.program.Understand(text, func(m Meaning) {
		o.do(func() {
			if o.address.Text == text {
				o.say(meaningWords(m))
			}
		})
	})
}

func (o *otherCamera) say(words string, wrong bool) {
	o.meaning.Say(words)
	why := ""
	if wrong {
		why = words
	}
	o.meaning.Refuse(why)
	o.question.Relayout()
}

// browse makes the buttons that choose a film or a folder.
func (o *otherCamera) browse(files files) fyne.CanvasObject {
	chosen := func(path string) { o.address.SetText(path) }
	film := kit.NewButton(lang.L("Film…"), lang.L("Choose a film"), func() {
		files.choose(Choosing{Title: lang.L("Choose a film")}, chosen)
	})
	film.Icon = theme.FileVideoIcon()
	folder := kit.NewButton(lang.L("Folder…"), lang.L("Choose a folder with pictures"), func() {
		files.choose(Choosing{Title: lang.L("Choose a folder with pictures"), Folder: true}, chosen)
	})
	folder.Icon = theme.FolderOpenIcon()
	return container.NewHBox(film, folder)
}

// addRecent adds the row of a camera that was opened before.
func (o *otherCamera) addRecent(shown string) {
	in := map[string]any{"Name": shown}
	open := kit.NewButton(shortened(shown), lang.L("Open {{.Name}}", in), func() {
		o.question.Close()
		o.program.OpenRecent(shown)
	})
	open.Alignment = widget.ButtonAlignLeading
	open.Importance = widget.LowImportance
	forget := kit.NewIconButton(lang.L("Forget {{.Name}}", in), theme.CancelIcon(), nil)
	forget.Importance = widget.LowImportance
	// The Tab key follows the order of the objects; container.NewBorder would put the middle first.
	row := container.New(layout.NewBorderLayout(nil, nil, nil, forget), open, forget)
	forget.OnTapped = func() {
		o.recent.Remove(row)
		o.question.Relayout()
		o.program.ForgetRecent(shown)
	}
	o.recent.Add(row)
}

// shortened leaves out the middle of a long address: a button shows the whole of its text.
func shortened(text string) string {
	const most, end = 40, 18
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return string(runes[:most-end-1]) + "…" + string(runes[len(runes)-end:])
}
