package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"

	"fanlight/app/session"
	"fanlight/drivers"
	"fanlight/ui"
)

// handedOver are the flags that a running Fanlight takes from a second start.
var handedOver = []string{"camera", "listen", "name", "passcode", "share", "stop-sharing"}

// enter makes this program the user's one on the display, or passes what the user wants
// on to the one there is and reports done. The instance is nil for a program of its own.
func (o options) enter(ctx context.Context, log *slog.Logger, stdout, stderr io.Writer) (one *session.Instance, code int, done bool) {
	one, reply, err := session.Enter(ctx, display(), func() (session.Request, error) { return o.request(ctx) })
	var wrong wrongRequest
	switch {
	case errors.As(err, &wrong):
		return nil, fail(stderr, exitUsage, err), true
	case one != nil && o.StopSharing:
		one.Close()
		fmt.Fprintln(stdout, "Fanlight is not running, so it shares nothing.")
		return nil, exitClean, true
	case err != nil && o.StopSharing:
		return nil, fail(stderr, exitFailed, err), true
	case err != nil:
		log.Warn("starting beside what may be another Fanlight", "err", err)
		return nil, 0, false
	case reply.Refused != "":
		return nil, fail(stderr, exitFailed, errors.New(reply.Refused)), true
	case reply.Done != "":
		fmt.Fprintln(stdout, reply.Done)
		return nil, exitClean, true
	default:
		return one, 0, false
	}
}

// wrongRequest says why there is nothing to pass on to a running Fanlight.
type wrongRequest struct{ error }

// request is what the user wants of a Fanlight that is running already.
func (o options) request(ctx context.Context) (session.Request, error) {
	var own []string
	for _, flag := range o.given {
		if !slices.Contains(handedOver, flag) {
			own = append(own, "--"+flag)
		}
	}
	if len(own) > 0 {
		return session.Request{}, wrongRequest{fmt.Errorf("the Fanlight that is running cannot take %s from a second start; quit it first",
			strings.Join(own, ", "))}
	}
	r := session.Request{Listen: o.Listen, Passcode: o.Passcode, Name: o.Name, Share: o.Share, StopSharing: o.StopSharing}
	if slices.Contains(o.given, "camera") {
		camera, err := drivers.Find(ctx, o.Camera)
		if err != nil {
			return r, wrongRequest{err}
		}
		r.Camera = choice(camera)
	}
	return r, nil
}

// serveStarts does what second starts and the desktop ask for, until ctx ends.
func (p *program) serveStarts(ctx context.Context, one *session.Instance, window *ui.Window) {
	do := func(r session.Request) session.Reply { return p.takeOver(window.Front, r) }
	var bus sync.WaitGroup
	defer bus.Wait()
	bus.Go(func() {
		if err := session.OnBus(ctx, appID, do); err != nil {
			p.log.Warn("commands of the desktop are not heard", "err", err)
		}
	})
	one.Serve(ctx, do)
}

// takeOver does what a second start asks for.
func (p *program) takeOver(front func(), r session.Request) session.Reply {
	switch {
	case r.Listen != "" && r.Listen != p.options.Listen:
		return session.Reply{Apart: true}
	case r.Share && r.Passcode != "" && !p.isPasscode(r.Passcode):
		return session.Reply{Refused: "Fanlight is running already with another passcode or none; change that in its window, or quit it first"}
	}
	var done []string
	if r.Camera != "" {
		p.Open(r.Camera)
		done = append(done, "it opens the camera")
	}
	if r.Name != "" {
		p.Rename(r.Name)
		done = append(done, "it has the new name")
	}
	if r.StopSharing {
		p.Share(false)
		return session.Reply{Done: sentence(append(done, "it has stopped sharing"))}
	}
	if r.Share {
		p.Share(true)
		done = append(done, "it shares")
	}
	front()
	return session.Reply{Done: sentence(append(done, "its window is in front"))}
}

func sentence(done []string) string {
	return "Fanlight is running already: " + strings.Join(done, ", ") + "."
}

func (p *program) isPasscode(passcode string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.passcode == strings.TrimSpace(passcode)
}
