package ui

import (
	"fmt"
	"time"
)

func (a *asked) SetTheme(t Theme)          { a.calls = append(a.calls, "theme "+themeChoices()[t].Label) }
func (a *asked) SetLanguage(tag string)    { a.calls = append(a.calls, "language "+tag) }
func (a *asked) SetIdle(t time.Duration)   { a.calls = append(a.calls, fmt.Sprint("idle ", t)) }
func (a *asked) OpenRecent(shown string)   { a.calls = append(a.calls, "open recent "+shown) }
func (a *asked) ForgetRecent(shown string) { a.calls = append(a.calls, "forget "+shown) }

func (a *asked) SetPort(port int) error {
	a.calls = append(a.calls, fmt.Sprint("port ", port))
	return a.refused
}

func (a *asked) SetPictures(dir string) error {
	a.calls = append(a.calls, "pictures in "+dir)
	return a.refused
}

func (a *asked) HideCamera(c Camera, hide bool) {
	a.calls = append(a.calls, fmt.Sprint("hide ", c.ID, " ", hide))
}

// Understand answers from the UI goroutine: a test has no other.
func (a *asked) Understand(text string, told func(Meaning)) { told(a.meanings[text]) }

func (a *asked) ChooseFile(c Choosing, chosen func(string, error)) {
	a.calls = append(a.calls, fmt.Sprintf("choose %q, a folder: %t", c.Title, c.Folder))
	chosen(a.chosen, a.noChooser)
}

func (a *asked) SetRTSP(on bool)     { a.calls = append(a.calls, fmt.Sprint("rtsp ", on)) }
func (a *asked) SetSendH264(on bool) { a.calls = append(a.calls, fmt.Sprint("H.264 ", on)) }

func (a *asked) SetSendTo(address string) error {
	a.calls = append(a.calls, fmt.Sprintf("send to %q", address))
	return a.refused
}
