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

// SetPictures and SetVideos answer from the UI goroutine, or let the test do so later.
func (a *asked) SetPictures(dir string, told func(error)) { a.use("pictures in "+dir, told) }
func (a *asked) SetVideos(dir string, told func(error))   { a.use("videos in "+dir, told) }

func (a *asked) use(call string, told func(error)) {
	a.calls = append(a.calls, call)
	if a.slowDisk {
		a.answers = append(a.answers, told)
		return
	}
	told(a.refused)
}

func (a *asked) SetSplit(s Split) { a.calls = append(a.calls, fmt.Sprint("split ", s)) }
func (a *asked) SetRemoveOldest(on bool) {
	a.calls = append(a.calls, fmt.Sprint("remove oldest ", on))
}

func (a *asked) SetHistory(mb int) { a.calls = append(a.calls, fmt.Sprint("history ", mb)) }
func (a *asked) SetHistoryDisk(minutes int) {
	a.calls = append(a.calls, fmt.Sprint("history on disk ", minutes))
}
func (a *asked) SaveLast() { a.calls = append(a.calls, "save last") }
func (a *asked) ListRecordings(on bool) {
	a.calls = append(a.calls, fmt.Sprint("list recordings ", on))
}
func (a *asked) RenameRecording(id, name string) {
	a.calls = append(a.calls, fmt.Sprintf("rename recording %s %q", id, name))
}
func (a *asked) DeleteRecording(id string)  { a.calls = append(a.calls, "delete "+id) }
func (a *asked) RestoreRecording(id string) { a.calls = append(a.calls, "restore "+id) }

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
