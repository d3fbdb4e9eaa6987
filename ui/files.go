package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/storage"
)

// Choosing is what a dialog for files asks for.
type Choosing struct {
	Title  string
	Folder bool   // else a file
	At     string // the folder to begin in; empty for the usual one
	Parent uint32 // the X11 id of the window; zero under another system
}

// Chooser is what the window asks of the program about the desktop's own dialogs.
type Chooser interface {
	// ChooseFile asks the user for a file or a folder, and calls chosen from any goroutine.
	// The path is empty if the user cancels. An error means that there is no such dialog.
	ChooseFile(c Choosing, chosen func(path string, err error))
}

// files asks the user for files: by the desktop's own dialog, or by Fyne's where there is
// none.
type files struct {
	window  fyne.Window
	program Chooser
	do      func(func()) // runs on the UI goroutine
}

// choose calls chosen, on the UI goroutine, unless the user cancels.
func (f files) choose(c Choosing, chosen func(path string)) {
	c.Parent, _ = native(f.window)
	f.program.ChooseFile(c, func(path string, err error) {
		f.do(func() {
			switch {
			case err != nil:
				f.chooseHere(c, chosen)
			case path != "":
				chosen(path)
			}
		})
	})
}

// chooseHere is choose with Fyne's dialog.
func (f files) chooseHere(c Choosing, chosen func(path string)) {
	var d *dialog.FileDialog
	if c.Folder {
		d = dialog.NewFolderOpen(func(folder fyne.ListableURI, err error) {
			if err == nil && folder != nil {
				chosen(folder.Path())
			}
		}, f.window)
	} else {
		d = dialog.NewFileOpen(func(file fyne.URIReadCloser, err error) {
			if err == nil && file != nil {
				file.Close()
				chosen(file.URI().Path())
			}
		}, f.window)
	}
	if at, err := storage.ListerForURI(storage.NewFileURI(c.At)); err == nil {
		d.SetLocation(at)
	}
	d.SetTitleText(c.Title)
	d.Show()
	d.Resize(f.window.Canvas().Size())
}
