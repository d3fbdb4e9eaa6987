package ui

import (
	"strings"

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

func newFolder(caption, choose string, files files, take func(dir string) error, moved func()) *folder {
	f := &folder{place: newPlace(caption, func(text string) error { return take(strings.TrimSpace(text)) }, moved)}
	f.entry.Optional = true
	f.choose = kit.NewIconButton(choose, theme.FolderOpenIcon(), func() {
		files.choose(Choosing{Title: caption, Folder: true, At: f.entry.Text}, func(path string) {
			if err := take(path); err != nil {
				f.entry.Refused(err)
				return
			}
			f.entry.Set(path)
		})
	})
	return f
}

func (f *folder) drawn() fyne.CanvasObject {
	// The Tab key follows the order of the objects; container.NewBorder would put the middle first.
	return f.row(container.New(layout.NewBorderLayout(nil, nil, nil, f.choose), f.entry.Drawn(), f.choose))
}
