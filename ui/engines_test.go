package ui

import (
	"errors"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"fanlight/ui/kit"
)

func TestRTSP(t *testing.T) {
	w, program, queue := open(t)
	s := sharingState()
	w.shown(t, queue, s)
	test.Tap(w.share.gear)
	e := w.access.engines
	if e.rtsp.Checked || e.link.Label.Text != "For network video recorders, and engines such as MediaMTX." {
		t.Errorf("on %t, says %q", e.rtsp.Checked, e.link.Label.Text)
	}
	test.Tap(e.rtsp)
	program.want(t, "rtsp true")
	s.Engines = Engines{RTSP: true, Link: "rtsp://lamp.local:8554/", RTSPGiven: true}
	e.hold = kit.Hold{} // the time of a change is over
	w.shown(t, queue, s)
	if !e.rtsp.Checked || !e.rtsp.Disabled() || e.link.Label.Text != "rtsp://lamp.local:8554/" {
		t.Errorf("on %t, disabled %t, says %q", e.rtsp.Checked, e.rtsp.Disabled(), e.link.Label.Text)
	}
}

func TestSendTo(t *testing.T) {
	w, program, queue := open(t)
	s := sharingState()
	w.shown(t, queue, s)
	test.Tap(w.share.gear)
	e := w.access.engines
	entry, told := e.sendTo.entry, e.sendTo.words.Label
	enter := func(text string) {
		w.window.Canvas().Focus(entry)
		entry.SetText(text)
		press(entry, fyne.KeyReturn)
	}
	if !entry.Password {
		t.Error("a password is shown")
	}
	enter("rtsp://me:hush@engine/cam")
	program.want(t, `send to "rtsp://me:hush@engine/cam"`)
	s.Engines.SendTo = "rtsp://me:hush@engine/cam"
	w.shown(t, queue, s)
	if entry.Text != s.Engines.SendTo || told.Text != "Sent while you share." {
		t.Errorf("shows %q, says %q", entry.Text, told.Text)
	}
	program.calls, program.refused = nil, errors.New("no address")
	enter("engine")
	if told.Text != "Write an address such as rtsp://user:password@engine:8554/name or rtmp://engine/app/key, and in the password %40 for @ and %2F for /." {
		t.Errorf("says %q", told.Text)
	}
	enter("rtmp://me:hush@engine/app/key")
	if told.Text != "Write an address such as rtmp://engine/app/key, and a user or password behind the key, as the engine asks for them: ?user=me&pass=secret." {
		t.Errorf("says %q", told.Text)
	}
	program.calls, program.refused = nil, nil
	enter("")
	program.want(t, `send to ""`)
	program.calls = nil
	test.Tap(e.h264)
	program.want(t, "H.264 true")
}

func TestSendWords(t *testing.T) {
	now := time.Now()
	waiting := func(why NotSent) Engines {
		return Engines{SendTo: "rtsp://engine/cam", Sending: WaitingAgain, Why: why, Again: now.Add(7500 * time.Millisecond)}
	}
	for _, test := range []struct {
		e    Engines
		want string
	}{
		{Engines{}, "An engine that takes the stream, and may pass it on to the internet."},
		{Engines{Sending: Connecting}, "Connecting to the engine…"},
		{Engines{Sending: SendingNow}, "Sending to the engine. The camera stays on."},
		{waiting(NoAnswer), "The engine does not answer: check that it runs, and its address. Trying again in 8 s."},
		{waiting(PasswordRefused), "The engine refuses the name or the password. Trying again in 8 s."},
		{waiting(NotTaken), "The engine does not take the stream: check the name at the end of its address. Trying again in 8 s."},
		{waiting(NotEncoded), "ffmpeg cannot encode the pictures; the log says why. Trying again in 8 s."},
		{waiting(NoFFmpeg), "ffmpeg is not installed, which H.264 and rtmp:// need. Trying again in 8 s."},
		{waiting(EngineEnded), "The engine has ended the connection. Trying again in 8 s."},
	} {
		if got := sendWords(test.e, now); got != test.want {
			t.Errorf("says %q, want %q", got, test.want)
		}
	}
}
