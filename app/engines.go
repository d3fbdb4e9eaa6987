package main

import (
	"net"
	"sync"

	"fanlight/streaming/rtsp"
	"fanlight/ui"
)

// sendToVariable is that of --send-to.
const sendToVariable = "FANLIGHT_SEND_TO"

// engines are the ways to other programs than viewers by HTTP: they may fetch the stream by
// RTSP, and one may be sent it.
type engines struct {
	ready  net.Listener // for the server, from the start
	server *rtsp.Server // nil while off; for jobs only, as ready

	mu     sync.Mutex
	at     net.Addr     // listened on; nil while off
	sender *rtsp.Sender // nil while off
}

func (e *engines) serves(at net.Addr) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.at = at
}

// port is that of RTSP; zero while it is off.
func (e *engines) port() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	if at, ok := e.at.(*net.TCPAddr); ok {
		return at.Port
	}
	return 0
}

// followEngines is part of a job: it does what is wanted now, while sharing is on.
func (p *program) followEngines() {
	p.report(rtspTrouble, p.followRTSP())
	p.followSending()
}

// followSending is part of a job: it begins to send to another engine, or ends.
func (p *program) followSending() {
	e := &p.engines
	kept := p.settings.get()
	to, h264 := sendTo(p.options, kept), p.options.SendH264 || kept.SendH264
	if p.sharing == nil {
		to = rtsp.Target{}
	}
	e.mu.Lock()
	before := e.sender
	same := before != nil && before.To.Text() == to.Text() && before.H264 == h264
	if !same {
		e.sender = nil
	}
	e.mu.Unlock()
	if same {
		return
	}
	if before != nil {
		before.Close()
	}
	if to.IsNone() {
		return
	}
	sender := rtsp.Send(rtsp.SendOptions{Feed: p.feed, Sound: p.sound, To: to, H264: h264, Remake: remakes, Log: p.log})
	e.mu.Lock()
	defer e.mu.Unlock()
	e.sender = sender
}

// SetSendTo is called by the window, unless --send-to was given.
func (p *program) SetSendTo(address string) error {
	to, err := rtsp.ParseTarget(address)
	if err != nil {
		return err
	}
	p.setSending(func(r *remembered) { r.SendTo = to.Text() })
	return nil
}

// SetSendH264 is called by the window, unless --send-h264 was given.
func (p *program) SetSendH264(on bool) {
	p.setSending(func(r *remembered) { r.SendH264 = on })
}

func (p *program) setSending(edit func(*remembered)) {
	p.jobs.add(func() {
		p.report(settingsTrouble, p.settings.change(edit))
		p.followSending()
	})
}

// whyNotSent are the window's words for why an engine is not sent to.
var whyNotSent = map[error]ui.NotSent{
	rtsp.ErrNoAnswer:   ui.NoAnswer,
	rtsp.ErrRefused:    ui.PasswordRefused,
	rtsp.ErrNotTaken:   ui.NotTaken,
	rtsp.ErrEnded:      ui.EngineEnded,
	rtsp.ErrNotEncoded: ui.NotEncoded,
	rtsp.ErrNoFFmpeg:   ui.NoFFmpeg,
}

// showEngines is called with program.mu held.
func (p *program) showEngines() ui.Engines {
	kept := p.settings.get()
	e := &p.engines
	shown := ui.Engines{
		RTSP: kept.RTSP || p.options.RTSP != "", RTSPGiven: p.options.RTSP != "",
		SendTo: sendTo(p.options, kept).Text(), SendToGiven: p.options.SendTo != "",
		H264: kept.SendH264 || p.options.SendH264, H264Given: p.options.SendH264,
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.at != nil {
		shown.Link = rtspLink(e.at, p.host)
	}
	if e.sender == nil {
		return shown
	}
	now := e.sender.Status()
	shown.Sending = map[rtsp.Sending]ui.Sending{
		rtsp.Connecting: ui.Connecting, rtsp.SendingNow: ui.SendingNow, rtsp.WaitingAgain: ui.WaitingAgain,
	}[now.Sending]
	shown.Why, shown.Again = whyNotSent[now.Why], now.Again
	return shown
}
