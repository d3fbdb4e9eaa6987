package ui

import (
	"strings"

	"fyne.io/fyne/v2"

	"fanlight/ui/kit"
)

// askForCamera shows a dialog for a camera that is in no list, and calls open with what
// the user typed.
func askForCamera(window fyne.Window, open func(choice string)) {
	var address *kit.PromptEntry
	q := kit.NewQuestion("Open", func() { open(strings.TrimSpace(address.Text)) })
	address = q.Entry("Address or file")
	examples := kit.NewWords("A network camera, a video file, or a program that writes JPEG pictures:\n" +
		"http://192.168.1.50/video\nopencv:/path/film.mp4\ncommand:ffmpeg …")
	q.Ask(window.Canvas(), 520, address, kit.NewTitle("Other camera"), address, examples)
}
