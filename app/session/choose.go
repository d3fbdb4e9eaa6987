package session

import "errors"

// Choosing is what a dialog asks for.
type Choosing struct {
	Title  string
	Folder bool   // else a file
	At     string // the folder to begin in; empty for the desktop's choice
	Parent uint32 // the X11 id of the window that asks; zero for another system's
}

// ErrNoChooser: the desktop has no dialog for files that programs can ask for.
var ErrNoChooser = errors.New("the desktop has no dialog for files")
