package ui

import (
	"errors"
	"math"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"fanlight/ui/kit"
)

// Sending is what the program does about the engine that it is to send to.
type Sending int

// What the program does about the engine.
const (
	NotSending Sending = iota
	Connecting
	SendingNow
	WaitingAgain // for another try
)

// NotSent is why an engine is not sent to.
type NotSent int

// Why an engine is not sent to.
const (
	EngineEnded NotSent = iota
	NoAnswer
	PasswordRefused
	NotTaken
	NotEncoded
	NoFFmpeg
)

// Engines are the ways to programs that fetch the stream by RTSP, or are sent it.
type Engines struct {
	RTSP bool
	Link string // by RTSP, while it is served

	SendTo  string // an address, which may hold a password; empty for none
	H264    bool   // the pictures are encoded before
	Sending Sending
	Why     NotSent
	Again   time.Time // of the next try

	// These were set on the command line, and cannot be changed while the program runs.
	RTSPGiven, SendToGiven, H264Given bool
}

// EngineSettings is what the window asks of the program about engines.
type EngineSettings interface {
	SetRTSP(on bool)
	// SetSendTo returns an error if the text is no address; then nothing changes. The empty
	// text ends sending.
	SetSendTo(address string) error
	SetSendH264(on bool)
}

// engines are the rows about them.
type engines struct {
	program EngineSettings
	now     Engines // as shown
	hold    kit.Hold
	moved   func()

	rtsp, h264      *kit.Check
	link, h264Words *kit.Notice
	sendTo          *place
}

// newEngines makes the rows. It calls moved when their heights have changed.
func newEngines(p EngineSettings, moved func()) *engines {
	e := &engines{program: p, moved: moved, link: kit.NewNotice(), h264Words: kit.NewNotice()}
	e.rtsp = kit.NewCheck(lang.L("Also by RTSP"), func(on bool) {
		e.set(func(now *Engines) { now.RTSP = on })
		p.SetRTSP(on)
	})
	e.sendTo = newPlace(lang.L("Send to"), func(text string) error {
		switch refused := p.SetSendTo(text) != nil; {
		case refused && strings.HasPrefix(strings.TrimSpace(text), "rtmp"):
			return errors.New(lang.L("write an address such as rtmp://engine/app/key, and a user or password behind the key, as the engine asks for them: ?user=me&pass=secret"))
		case refused:
			return errors.New(lang.L("write an address such as rtsp://user:password@engine:8554/name or rtmp://engine/app/key, and in the password %40 for @ and %2F for /"))
		}
		return nil
	}, moved)
	e.sendTo.entry.Password, e.sendTo.entry.Optional = true, true
	e.sendTo.entry.PlaceHolder = "rtsp://engine:8554/name"
	e.h264 = kit.NewCheck(lang.L("As H.264"), func(on bool) {
		e.set(func(now *Engines) { now.H264 = on })
		p.SetSendH264(on)
	})
	return e
}

func (e *engines) rows() []fyne.CanvasObject {
	return []fyne.CanvasObject{
		kit.NewTick(e.rtsp), e.link.Label, e.sendTo.row(e.sendTo.entry.Drawn()), kit.NewTick(e.h264), e.h264Words.Label,
	}
}

func (e *engines) focused() []*kit.FocusFunc {
	return []*kit.FocusFunc{&e.rtsp.OnFocus, &e.sendTo.entry.OnFocus, &e.h264.OnFocus}
}

// set shows what the user has just set.
func (e *engines) set(change func(*Engines)) {
	e.hold.Begin()
	change(&e.now)
	if e.draw() {
		e.moved()
	}
}

// show draws the state, and reports whether a height may have changed.
func (e *engines) show(now Engines) (moved bool) {
	if e.hold.Holds() {
		return false
	}
	e.now = now
	return e.draw()
}

func (e *engines) draw() (moved bool) {
	now := e.now
	e.rtsp.Set(now.RTSP)
	kit.SetEnabled(e.rtsp, !now.RTSPGiven)
	e.h264.Set(now.H264)
	kit.SetEnabled(e.h264, !now.H264Given)
	for _, changed := range []bool{
		e.link.Say(rtspWords(now)), e.sendTo.show(now.SendTo, sendWords(now, time.Now()), now.SendToGiven), e.h264Words.Say(h264Words(now)),
	} {
		moved = moved || changed
	}
	return moved
}

func rtspWords(e Engines) string {
	switch {
	case e.Link != "":
		return e.Link
	case e.RTSP:
		return lang.L("While you share, recorders and engines can fetch the stream.")
	default:
		return lang.L("For network video recorders, and engines such as MediaMTX.")
	}
}

// sendWords say how sending stands.
func sendWords(e Engines, now time.Time) string {
	switch {
	case e.Sending == SendingNow:
		return lang.L("Sending to the engine. The camera stays on.")
	case e.Sending == Connecting:
		return lang.L("Connecting to the engine…")
	case e.Sending == WaitingAgain:
		seconds := int(max(1, math.Ceil(e.Again.Sub(now).Seconds())))
		return strings.Join([]string{notSentWords(e.Why), lang.L("Trying again in {{.Seconds}} s.", map[string]any{"Seconds": seconds})}, " ")
	case e.SendTo != "":
		return lang.L("Sent while you share.")
	default:
		return lang.L("An engine that takes the stream, and may pass it on to the internet.")
	}
}

func notSentWords(why NotSent) string {
	switch why {
	case NoAnswer:
		return lang.L("The engine does not answer: check that it runs, and its address.")
	case PasswordRefused:
		return lang.L("The engine refuses the name or the password.")
	case NotTaken:
		return lang.L("The engine does not take the stream: check the name at the end of its address.")
	case NotEncoded:
		return lang.L("ffmpeg cannot encode the pictures; the log says why.")
	case NoFFmpeg:
		return lang.L("ffmpeg is not installed, which H.264 and rtmp:// need.")
	default:
		return lang.L("The engine has ended the connection.")
	}
}

func h264Words(e Engines) string {
	if strings.HasPrefix(e.SendTo, "rtmp") {
		return lang.L("An rtmp:// address always has it. It takes ffmpeg, and 40 % of a processor's core for 720p at 30 fps.")
	}
	return lang.L("For engines that serve browsers. It takes ffmpeg, and 40 % of a processor's core for 720p at 30 fps.")
}
