package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"unicode"

	"fanlight/app/session"
	"fanlight/drivers"
	"fanlight/streaming/discovery"
)

// version is the program's; FyneApp.toml says the same.
const version = "0.1.0"

// Exit statuses.
const (
	exitClean  = 0
	exitFailed = 1 // it failed while running
	exitUsage  = 2 // wrong usage
)

// main keeps the main goroutine for the window, as Fyne needs it, and leaves by
// another one: at its end Fyne may wait for ever (Lifecycle.WaitForEvents).
func main() {
	reapOrphans()
	ctx, again := notifyEnding(context.Background())
	onMain := make(chan func())
	go func() {
		w := windowing{onMain: func(f func()) { onMain <- f }, started: again}
		os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr, w))
	}()
	for f := range onMain {
		f()
	}
}

// windowing is what a window needs of main.
type windowing struct {
	onMain  func(func())      // runs a function on the main goroutine, and does not wait for its end
	started func()            // is called once Fyne's loop has begun
	one     *session.Instance // that this is the user's one program with a window; nil if it is not
}

// run runs the program and returns the exit status. The requested output goes to stdout,
// everything else to stderr.
func run(ctx context.Context, args []string, stdout, stderr io.Writer, w windowing) int {
	o, done, err := parseOptions(args, stdout, stderr)
	switch {
	case err != nil:
		return fail(stderr, exitUsage, err)
	case done:
		return exitClean
	case o.Version:
		fmt.Fprintln(stdout, "fanlight", version)
		return exitClean
	case o.ListCameras:
		return listCameras(ctx, stdout, stderr)
	case o.ListMicrophones:
		return listMicrophones(ctx, stdout, stderr)
	case o.ListStreams:
		return listStreams(untilQuiet(ctx, discovery.Browse), stdout, stderr)
	}

	for _, secret := range []string{passcodeVariable, sendToVariable} {
		os.Unsetenv(secret) // hide it from programs that are run as cameras
	}
	log := slog.New(slog.NewTextHandler(stderr, nil))
	if o.Snapshot != "" {
		return o.takeSnapshot(ctx, log, stdout, stderr)
	}
	headless := o.Headless || o.Describe
	if why := noDisplay(); why != "" && !headless {
		switch {
		case o.StopSharing:
			return fail(stderr, exitFailed, errors.New(why+": --stop-sharing needs the one that the sharing Fanlight is on"))
		case o.Background: // told so by a session, which must not begin to share for that
			return fail(stderr, exitFailed, errors.New(why+": --background needs one for the window; --headless shares without"))
		}
		fmt.Fprintln(stderr, "fanlight: "+why+": serving without a window; Ctrl-C ends it")
		headless = true
	}
	if !headless {
		one, code, done := o.enter(ctx, log, stdout, stderr)
		if done {
			return code
		}
		if one != nil {
			defer one.Close()
			w.one = one
		}
	}
	return start(ctx, o, headless, log, stdout, stderr, w)
}

// start builds the program, and runs it until ctx ends or the user quits.
func start(ctx context.Context, o options, headless bool, log *slog.Logger, stdout, stderr io.Writer, w windowing) int {
	settings := loadSettings(log)
	camera, err := pickCamera(ctx, o.Camera, settings.get().Camera, log)
	if err != nil {
		return fail(stderr, exitUsage, err)
	}
	if o.Describe {
		if err := describe(ctx, camera, stdout); err != nil {
			return fail(stderr, exitFailed, err)
		}
		fmt.Fprintf(stdout, "announced by\t%s\n", responder(discovery.Status{Avahi: discovery.ByAvahi(ctx)}))
		return exitClean
	}
	if err := unprotected(camera, passcode(o, settings.get()), settings); err != nil && headless {
		return fail(stderr, exitFailed, err)
	}
	certificate, err := o.certificate()
	if err != nil {
		return fail(stderr, exitUsage, err)
	}
	if certificate != nil {
		log.Info("serving over HTTPS", "fingerprint", certificate.Fingerprint(), "expires", certificate.Expires())
	}
	p := newProgram(o, settings, camera, certificate, log)
	defer func() {
		if !p.closeWithin(leavePatience) {
			log.Warn("left without waiting for what does not end", "waited", leavePatience)
		}
	}()
	if o.Record != "" {
		if err := p.recordFromStart(); err != nil {
			return fail(stderr, exitUsage, err)
		}
	}
	if headless {
		err = p.runHeadless(ctx, stdout)
	} else {
		err = p.runWindow(ctx, w)
	}
	if err != nil {
		return fail(stderr, exitFailed, err)
	}
	return exitClean
}

func fail(stderr io.Writer, code int, err error) int {
	fmt.Fprintln(stderr, "fanlight:", printable(err.Error()))
	return code
}

// printable returns a text with "\uFFFD" in the place of what could move a terminal's cursor
// or turn its direction of writing: names of files are in it, and what servers answer.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || unicode.IsGraphic(r) {
			return r
		}
		return unicode.ReplacementChar
	}, text)
}

func listCameras(ctx context.Context, stdout, stderr io.Writer) int {
	cameras, err := drivers.List(ctx)
	for _, c := range cameras {
		fmt.Fprintf(stdout, "%s\t%s\n", c.ID, c.Name)
	}
	if err != nil {
		return fail(stderr, exitFailed, err)
	}
	return exitClean
}
