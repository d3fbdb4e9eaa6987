package main

import (
	"context"
	"net/url"
	"os"
	"os/exec"
	"time"
)

// openPatience is how long the desktop's program for opening addresses may take to fail.
// One that runs longer is the browser itself.
const openPatience = 10 * time.Second

// opener returns a function that opens an address with the desktop's program for it, and
// waits until it is clear whether that works. Fyne's own waits for nothing: it sees no
// failure, and leaves a zombie. In a Flatpak there is no such program, and Fyne asks the
// desktop over D-Bus.
func opener(ctx context.Context, fyne func(*url.URL) error) func(*url.URL) error {
	if os.Getenv("FLATPAK_ID") != "" {
		return fyne
	}
	return func(address *url.URL) error {
		command := exec.Command("xdg-open", address.String())
		command.Stderr = os.Stderr
		if err := command.Start(); err != nil {
			return err
		}
		ended := make(chan error, 1)
		go func() { ended <- command.Wait() }() // for as long as the browser runs, if it is the browser
		select {
		case err := <-ended:
			return err
		case <-time.After(openPatience):
		case <-ctx.Done():
		}
		return nil
	}
}
