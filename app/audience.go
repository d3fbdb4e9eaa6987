package main

import (
	"cmp"
	"net/netip"
	"strings"
	"time"

	"fanlight/streaming/reach"
	"fanlight/streaming/web"
	"fanlight/ui"
)

// audienceEvery is how often at most the list of viewers is read for the window.
const audienceEvery = 500 * time.Millisecond

// audience is the content of the window's list of viewers. It is updated only while the
// list is open. program.mu guards it.
type audience struct {
	open     bool
	read     time.Time // when it was updated; zero means that it is due
	watching []ui.Viewer
	keptOut  []ui.KeptOut
	names    map[netip.Addr]string // of blocked addresses, as of the time of blocking
}

// maxViewers returns the limit of viewers: from the command line, else as set in the
// window. Zero means the server's default.
func maxViewers(o options, r remembered) int {
	if o.MaxViewers != nil {
		return *o.MaxViewers
	}
	return max(r.MaxViewers, 0)
}

// passcode returns the viewers' passcode: from the command line, else as set in the window.
func passcode(o options, r remembered) string {
	return cmp.Or(strings.TrimSpace(o.Passcode), r.Passcode)
}

// SetPasscode is called by the window, unless a passcode was given on the command line.
// The passcode is in force when it returns; it does not wait for a camera.
func (p *program) SetPasscode(passcode string) error {
	if err := web.CheckPasscode(passcode); err != nil {
		return err
	}
	passcode = strings.TrimSpace(passcode)
	p.mu.Lock()
	if passcode == "" && p.passcode != "" && p.chosen.Locked && p.wantShare {
		p.mu.Unlock()
		return errLocked
	}
	p.server.SetPasscode(passcode)
	p.passcode = passcode
	p.setLinks()
	p.mu.Unlock()
	p.jobs.add(func() {
		p.report(settingsTrouble, p.settings.change(func(r *remembered) { r.Passcode = passcode }))
		if passcode != "" {
			p.decided()
		}
		p.announce()
	})
	return nil
}

// SetMaxViewers is called by the window, unless a number was given on the command line.
func (p *program) SetMaxViewers(n int) {
	p.stream.SetMaxViewers(n)
	p.jobs.add(func() {
		p.report(settingsTrouble, p.settings.change(func(r *remembered) { r.MaxViewers = n }))
	})
}

// SetRewind is called by the window, unless --no-rewind was given.
func (p *program) SetRewind(allow bool) {
	p.stream.AllowRewind(allow)
	p.keep(func(r *remembered) { r.NoRewind = !allow })
}

// SetShowRecordings is called by the window.
func (p *program) SetShowRecordings(show bool) {
	p.stream.ShowRecordings(show)
	p.keep(func(r *remembered) { r.ShowRecordings = show })
}

// ListViewers is called by the window when its list is opened and closed.
func (p *program) ListViewers(open bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.audience.open = open
	p.audience.read = time.Time{}
}

// LetGo is called by the window to disconnect a viewer.
func (p *program) LetGo(id uint64) {
	p.stream.LetGo(id)
	p.readAudienceAnew()
}

// KeepOut is called by the window to block a viewer's address.
func (p *program) KeepOut(id uint64) {
	name, address := "", netip.Addr{}
	for _, v := range p.stream.Watching() {
		if v.ID == id {
			name, address = v.Name, v.Address
		}
	}
	p.stream.KeepOut(id)
	p.mu.Lock()
	p.audience.names[address] = name
	p.mu.Unlock()
	p.readAudienceAnew()
}

// Admit is called by the window to unblock an address.
func (p *program) Admit(address string) {
	if parsed, err := netip.ParseAddr(address); err == nil {
		p.stream.Admit(parsed)
	}
	p.readAudienceAnew()
}

func (p *program) readAudienceAnew() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.audience.read = time.Time{}
}

// readAudience updates the audience. It makes new lists, because the window may still be
// drawing the old ones. It is called with mu held.
func (p *program) readAudience() {
	a := &p.audience
	if !a.open {
		a.watching, a.keptOut = nil, nil
		return
	}
	if time.Since(a.read) < audienceEvery {
		return
	}
	a.read = time.Now()
	a.watching, a.keptOut = nil, nil
	for _, v := range p.stream.Watching() {
		a.watching = append(a.watching, ui.Viewer{
			ID: v.ID, Address: v.Address.String(), Name: v.Name, Program: v.Program, Since: v.Since, Listens: v.Listens, FPS: v.FPS,
		})
	}
	names := map[netip.Addr]string{}
	for _, address := range p.stream.KeptOut() {
		names[address] = a.names[address]
		a.keptOut = append(a.keptOut, ui.KeptOut{Address: address.String(), Name: names[address]})
	}
	a.names = names
}

// windowCertificate returns what the window shows of the certificate; nil for HTTP.
func windowCertificate(c *reach.Certificate, o options) *ui.Certificate {
	if c == nil {
		return nil
	}
	return &ui.Certificate{Fingerprint: c.Fingerprint(), Expires: c.Expires(), Own: o.TLSCert == ""}
}
