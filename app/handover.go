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
	"fanlight/ui"
)

// handedOver are the flags that a running Fanlight takes from a second start.
var handedOver = []string{"background", "camera", "listen", "name", "passcode", "share", "snapshot", "stop-sharing"}

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
	r := session.Request{
		Listen: o.Listen, Passcode: o.Passcode, Name: o.Name,
		Background: o.Background, Share: o.Share, StopSharing: o.StopSharing, Snapshot: o.Snapshot,
	}
	for _, flag := range o.given {
		if !slices.Contains(handedOver, flag) {
			r.Others = append(r.Others, "--"+flag)
		}
	}
	if o.has("camera") || o.Snapshot != "" && o.Camera != "" {
		camera, err := find(ctx, o.Camera)
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
	case r.Snapshot != "":
		return p.snapshotFor(r)
	case r.Listen != "" && r.Listen != p.options.Listen:
		return session.Reply{Apart: true}
	case len(r.Others) > 0:
		return session.Reply{Refused: "the Fanlight that is running cannot take " + strings.Join(r.Others, ", ") + " from a second start; quit it first"}
	case r.Share && r.Passcode != "" && !p.isPasscode(r.Passcode):
		return session.Reply{Refused: anotherPasscode}
	}
	if err := p.barred(); err != nil && r.Share {
		return session.Reply{Refused: err.Error()}
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
	if r.Share {
		p.askOrShare(true)
		done = append(done, "it shares")
	}
	switch {
	case r.StopSharing:
		p.Share(false)
		done = append(done, "it has stopped sharing")
	case r.Background:
		done = append(done, "its window stays where it is")
	default:
		front()
		done = append(done, "its window is in front")
	}
	return session.Reply{Done: sentence(done)}
}

// anotherPasscode keeps a second start from sharing without the passcode that it was given.
const anotherPasscode = "Fanlight is running already with another passcode or none; set it in its window, or quit it first"

func sentence(done []string) string {
	return "Fanlight is running already: " + strings.Join(done, ", ") + "."
}

func (p *program) isPasscode(passcode string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.passcode == strings.TrimSpace(passcode)
}
