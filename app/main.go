package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

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

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run runs the program and returns the exit status. The requested output goes to stdout,
// everything else to stderr.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
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
	case o.ListStreams:
		ctx, cancel := context.WithTimeout(ctx, browsing)
		defer cancel()
		return listStreams(discovery.Browse(ctx), stdout, stderr)
	}

	os.Unsetenv("FANLIGHT_PASSCODE") // hide it from programs that are run as cameras
	log := slog.New(slog.NewTextHandler(stderr, nil))
	settings := loadSettings(log)
	camera, err := pickCamera(ctx, o.Camera, settings.get().Camera, log)
	if err != nil {
		return fail(stderr, exitUsage, err)
	}
	if o.Describe {
		if err := describe(ctx, camera, stdout); err != nil {
			return fail(stderr, exitFailed, err)
		}
		return exitClean
	}
	certificate, err := o.certificate()
	if err != nil {
		return fail(stderr, exitUsage, err)
	}
	if certificate != nil {
		log.Info("serving over HTTPS", "fingerprint", certificate.Fingerprint(), "expires", certificate.Expires())
	}
	headless := o.Headless
	if why := noDisplay(); why != "" && !headless {
		fmt.Fprintln(stderr, "fanlight: "+why+": serving without a window; Ctrl-C ends it")
		headless = true
	}

	p := newProgram(o, settings, camera, certificate, log)
	defer p.close()
	if headless {
		err = p.runHeadless(ctx, stdout)
	} else {
		err = p.runWindow(ctx)
	}
	if err != nil {
		return fail(stderr, exitFailed, err)
	}
	return exitClean
}

func fail(stderr io.Writer, code int, err error) int {
	fmt.Fprintln(stderr, "fanlight:", err)
	return code
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
