package drivers

import (
	"context"
	"iter"
	"path/filepath"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
)

const (
	// settle is how long after a change in /dev the cameras are listed: a camera
	// brings several nodes, and udev sets their permissions a little later.
	settle = 300 * time.Millisecond
	// rescan is how often they are listed all the same.
	rescan = 15 * time.Second
	// devices is where cameras appear as nodes.
	devices = "/dev"
)

// Follow yields the cameras of all drivers, as [List] returns them, now and
// again whenever devices come or go, until ctx ends. Where the system does not
// tell of devices, it looks every few seconds.
func Follow(ctx context.Context) iter.Seq2[[]Camera, error] {
	return func(yield func([]Camera, error) bool) {
		events, faults, stop := watchDevices()
		defer stop()
		look := time.NewTimer(0)
		defer look.Stop()
		for {
			select {
			case event := <-events:
				if isCamera(event) {
					look.Reset(settle)
				}
			case <-faults: // a lost event is made good by the next look
			case <-look.C:
				if !yield(List(ctx)) {
					return
				}
				look.Reset(rescan)
			case <-ctx.Done():
				return
			}
		}
	}
}

// watchDevices returns nil channels, which never deliver, where devices cannot
// be watched.
func watchDevices() (<-chan fsnotify.Event, <-chan error, func()) {
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, nil, func() {}
	}
	watcher.Add(devices)
	return watcher.Events, watcher.Errors, func() { watcher.Close() }
}

// isCamera leaves out the stream of events about other devices: every write to
// /dev/null is one.
func isCamera(event fsnotify.Event) bool {
	return strings.HasPrefix(filepath.Base(event.Name), "video") &&
		event.Op&(fsnotify.Create|fsnotify.Remove|fsnotify.Chmod) != 0
}
