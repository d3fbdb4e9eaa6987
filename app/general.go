package main

import (
	"fanlight/app/session"
	"fanlight/ui"
)

// SetAutostart is called by the window. Started with the session, the window stays away
// where sharing begins at start.
func (p *program) SetAutostart(on bool) {
	p.jobs.add(func() {
		p.report(autostartTrouble, session.SetAutostart(appID, on, "--background"))
		p.readAutostart()
	})
}

// readAutostart is part of a job, or called before there are any.
func (p *program) readAutostart() {
	on := session.Autostarts(appID)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.autostart = on
}

// SetShareAtStart is called by the window.
func (p *program) SetShareAtStart(on bool) {
	p.keep(func(r *remembered) { r.ShareAtStart = on })
}

// SetNotify is called by the window.
func (p *program) SetNotify(on bool) { p.keep(func(r *remembered) { r.Quiet = !on }) }

// onClose are the words in the settings for what closing the window does.
var onClose = map[ui.OnClose]string{ui.AskOnClose: "", ui.BackgroundOnClose: "background", ui.QuitOnClose: "quit"}

// SetOnClose is called by the window.
func (p *program) SetOnClose(choice ui.OnClose) {
	p.keep(func(r *remembered) { r.OnClose = onClose[choice] })
}

// keep has the settings changed by a job.
func (p *program) keep(edit func(*remembered)) {
	p.jobs.add(func() { p.report(settingsTrouble, p.settings.change(edit)) })
}

// general is called with mu held.
func (p *program) general() ui.General {
	r, kept := p.settings.get(), p.history.Span()
	limits := p.recordingLimits(r)
	g := ui.General{
		Theme:            p.theme(),
		CanAutostart:     session.CanAutostart,
		Autostart:        p.autostart,
		ShareAtStart:     r.ShareAtStart,
		ShareGiven:       p.options.Share,
		Notify:           !r.Quiet,
		Language:         r.Language,
		Pictures:         p.picturesDir(),
		Videos:           p.videosDir(),
		VideosGiven:      p.options.Record != "",
		Split:            ui.Split(limits.Split),
		SplitGiven:       p.options.RecordSplit != nil,
		RemoveOldest:     limits.RemoveOldest,
		OldestGiven:      p.options.RecordRemoveOldest,
		History:          kept.Most >> 20,
		HistoryLasts:     kept.Worth,
		HistoryGiven:     p.options.History != nil,
		HistoryDisk:      int(historyOnDisk(p.options, r).Minutes()),
		HistoryDiskBytes: kept.DiskBytes,
		HistoryDiskGiven: p.options.HistoryDisk != nil,
		Idle:             p.options.idle(r),
		IdleGiven:        p.options.has("idle"),
		Port:             p.port(r),
		PortGiven:        p.options.Listen != "",
	}
	for choice, word := range onClose {
		if word == r.OnClose {
			g.OnClose = choice
		}
	}
	return g
}

// sharesAtStart: told so by hand, or in the window.
func (p *program) sharesAtStart() bool { return p.options.Share || p.settings.get().ShareAtStart }
