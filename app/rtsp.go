package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"syscall"

	"fanlight/drivers/pixels"
	"fanlight/streaming/reach"
	"fanlight/streaming/rtsp"
	"fanlight/streaming/web"

	"github.com/alecthomas/kong"
)

// defaultRTSP is where RTSP is served; MediaMTX has made the port usual.
const defaultRTSP = "8554"

// rtspListen is where --rtsp serves: empty for not at all, else an address to listen on, of
// which the default has no host, nor a colon.
type rtspListen string

// IsBool tells kong that --rtsp may stand alone.
func (*rtspListen) IsBool() bool { return true }

// Decode is called by kong.
func (r *rtspListen) Decode(ctx *kong.DecodeContext) error {
	*r = defaultRTSP
	if ctx.Scan.Peek().Type == kong.FlagValueToken {
		address := fmt.Sprint(ctx.Scan.Pop().Value)
		if reach.CheckListen(address) != nil {
			return fmt.Errorf("--rtsp=ADDRESS is :8554, or 192.168.1.5:8554 for one network only, not %q", address)
		}
		*r = rtspListen(address)
	}
	return nil
}

// door lets in who may watch by HTTP.
type door struct{ *web.Stream }

// Enter implements [rtsp.Door].
func (d door) Enter(from netip.Addr, userAgent string) (rtsp.Viewer, int) {
	guest, status := d.Invite(from, userAgent)
	if guest == nil {
		return nil, status
	}
	return guest, status
}

// remakes make pictures that RTP carries: without loss if that is possible.
var remakes = []rtsp.Remake{pixels.Recode, func(picture []byte) ([]byte, error) {
	return pixels.Fit(picture, rtsp.LongestSide, rtsp.Step)
}}

// listenRTSP listens where --rtsp says, else on the usual port or the next free one, of the
// address that is shared at.
func (p *program) listenRTSP(ctx context.Context, shared net.Addr) (net.Listener, error) {
	var listener net.Listener
	var err error
	address := string(p.options.RTSP)
	if strings.Contains(address, ":") {
		listener, err = reach.Listen(ctx, address)
	} else {
		host, _, _ := net.SplitHostPort(shared.String())
		address = net.JoinHostPort(host, defaultRTSP)
		listener, err = reach.ListenNear(ctx, address)
	}
	_, port, _ := net.SplitHostPort(address)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("no RTSP: port %s is taken by another program; choose another one with --rtsp=:8555: %w", port, syscall.EADDRINUSE)
	case errors.Is(err, syscall.EACCES):
		return nil, fmt.Errorf("no RTSP: only the administrator may use port %s; choose one above 1023 with --rtsp=:8554: %w", port, syscall.EACCES)
	case err != nil:
		return nil, fmt.Errorf("no RTSP: %w", err)
	}
	return listener, nil
}

// listenRTSPAtStart listens if --rtsp is given, so that a port that cannot be had ends the
// program.
func (p *program) listenRTSPAtStart(ctx context.Context, shared net.Addr) (err error) {
	if p.options.RTSP != "" {
		p.engines.ready, err = p.listenRTSP(ctx, shared)
	}
	return err
}

// followRTSP is part of a job: it begins or ends to serve RTSP, as is wanted now.
func (p *program) followRTSP() error {
	wanted := p.sharing != nil && (p.options.RTSP != "" || p.settings.get().RTSP)
	e := &p.engines
	switch {
	case !wanted && e.server != nil:
		e.server.Close()
		e.server = nil
		e.serves(nil)
	case wanted && e.server == nil:
		listener := e.ready
		e.ready = nil
		if listener == nil {
			var err error
			if listener, err = p.listenRTSP(p.ctx, p.sharing.address); err != nil {
				return err
			}
		}
		server, err := rtsp.Serve(listener, rtsp.Options{Feed: p.feed, Sound: p.sound, Door: door{p.stream}, Remake: remakes, Log: p.log})
		if err != nil {
			return err
		}
		e.server = server
		e.serves(listener.Addr())
		p.log.Info("sharing by RTSP", "link", rtspLink(listener.Addr(), ""))
	}
	return nil
}

// rtspLink is the stream's address; see [reach.Link].
func rtspLink(at net.Addr, host string) string {
	return "rtsp" + strings.TrimPrefix(reach.Link(at, host, false), "http")
}

// SetRTSP is called by the window, unless --rtsp was given.
func (p *program) SetRTSP(on bool) {
	p.jobs.add(func() {
		p.report(settingsTrouble, p.settings.change(func(r *remembered) { r.RTSP = on }))
		p.followEngines()
		p.announce()
	})
}

// sendTo is the engine that is sent to: from the command line, else as set in the window.
func sendTo(o options, r remembered) rtsp.Target {
	to, _ := rtsp.ParseTarget(cmp.Or(o.SendTo, r.SendTo)) // one that cannot be read, such as after an edit by hand, is none
	return to
}
