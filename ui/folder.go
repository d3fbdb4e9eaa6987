package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"

	"fanlight/ui/kit"
)

// folder is a place for a folder, which can be typed or chosen.
type folder struct {
	*place
	choose *kit.Button
}

// newFolder makes a field. It calls use with a folder, which tells from any goroutine why
// nothing can be saved there: a disk of the network may take its time to answer.
func newFolder(caption, choose string, files files, use func(dir string, told func(error)), moved func()) *folder {
	f := &folder{place: newPlace(caption, nil, moved)}
	f.entry.Optional = true
	f.entry.Ask = func(text string, answer func(error)) {
		use(text, func(why error) { files.do(func() { answer(why) }) })
	}
	f.choose = kit.NewIconButton(choose, theme.FolderOpenIcon(), func() {
		files.choose(Choosing{Title: caption, Folder: true, At: f.entry.Text}, f.entry.Enter)
	})
	return f
}

func (f *folder) drawn() fyne.CanvasObject {
	// The Tab key follows the order of the objects; container.NewBorder would put the middle first.
	return f.row(container.New(layout.NewBorderLayout(nil, nil, nil, f.choose), f.entry.Drawn(), f.choose))
}
