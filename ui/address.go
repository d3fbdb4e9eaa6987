package ui

import (
	"strings"

	"fyne.io/fyne/v2"
)

// askForCamera asks for a camera that is in no list, and calls open with what was
// typed.
func askForCamera(window fyne.Window, open func(choice string)) {
	var address *promptEntry
	q := newQuestion("OK", func() { open(strings.TrimSpace(address.Text)) })
	address = q.entry("Address or file")
	examples := newDialogWords("A camera on the network, a film, or a program that writes pictures:\n" +
		"http://192.168.1.50/video\nopencv:/path/film.mp4\ncommand:ffmpeg …")
	q.ask(window.Canvas(), 520, address, newDialogTitle("Other camera"), address, examples)
}
