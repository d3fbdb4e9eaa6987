package drivers

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"fanlight/drivers/lettering"
	"fanlight/drivers/secrets"

	"github.com/fsnotify/fsnotify"
)

var registry = struct {
	sync.RWMutex
	listers map[string]Lister
}{listers: map[string]Lister{}}

// Register makes a driver known under name, which becomes the part before the
// colon in its cameras' IDs. It is called from the driver file's init and
// panics on an empty name, a name with a colon, a nil lister or a duplicate.
func Register(name string, list Lister) {
	registry.Lock()
	defer registry.Unlock()
	switch {
	case name == "" || strings.Contains(name, ":"):
		panic(fmt.Sprintf("drivers: malformed driver name %q", name))
	case list == nil:
		panic("drivers: nil lister for " + name)
	case registry.listers[name] != nil:
		panic("drivers: registered twice: " + name)
	}
	registry.listers[name] = list
}

// Names returns the registered drivers' names, sorted.
func Names() []string {
	registry.RLock()
	defer registry.RUnlock()
	return slices.Sorted(maps.Keys(registry.listers))
}

// lister returns a driver's lister, nil for none. Its cameras' names are fit for a line of
// a terminal and of the window, whatever a file, a device or an address is called.
func lister(name string) Lister {
	registry.RLock()
	defer registry.RUnlock()
	list := registry.listers[name]
	if list == nil {
		return nil
	}
	return func(ctx context.Context, argument string) ([]Camera, error) {
		listed, err := list(ctx, argument)
		cameras := slices.Clone(listed)
		for i, c := range cameras {
			cameras[i].Name = cmp.Or(lettering.OneLine(c.Name), name)
		}
		return cameras, err
	}
}

// List returns the cameras of all drivers that are there now, real ones before
// stand-ins, in a stable order. A driver that fails does not hide the others:
// their cameras come back together with the joined errors.
func List(ctx context.Context) ([]Camera, error) {
	var real, virtual []Camera
	var failures []error
	for _, name := range Names() {
		cameras, err := lister(name)(ctx, "")
		if err != nil {
			failures = append(failures, fmt.Errorf("listing %s cameras: %w", name, err))
		}
		for _, c := range cameras {
			switch {
			case c.Alias:
			case c.Virtual:
				virtual = append(virtual, c)
			default:
				real = append(real, c)
			}
		}
	}
	return append(real, virtual...), errors.Join(failures...)
}

// UnknownCameraError is a choice that names no camera, with the cameras that there are.
// Its text shows no password, which an address that no driver takes may hold.
type UnknownCameraError struct {
	Choice string
	Known  []Camera
}

func (e *UnknownCameraError) Error() string {
	known := make([]string, 0, len(e.Known))
	for _, c := range e.Known {
		known = append(known, fmt.Sprintf("%q (%s)", c.Name, c.ID))
	}
	if slices.Contains(Names(), e.Choice) {
		return fmt.Sprintf("there is no camera %q that is found by itself: plug it in, or write what it is to open, as in folder:/path/with/jpegs; found are: %s",
			e.Choice, strings.Join(known, ", "))
	}
	return fmt.Sprintf("there is no camera %q; choose one of these: %s; or a driver: %s",
		secrets.Hide(e.Choice), strings.Join(known, ", "), strings.Join(Names(), ", "))
}

// Find returns the camera that a user's choice means: an ID, a name as the
// picker shows it, a driver's name (its first camera), or DRIVER:ARGUMENT.
// A choice that means nothing here is an [*UnknownCameraError]; an argument that
// its driver refuses is the driver's error.
func Find(ctx context.Context, choice string) (Camera, error) {
	known, listErr := List(ctx)
	for _, c := range known {
		if c.ID == choice {
			return c, nil
		}
	}
	if named := byName(known, choice); len(named) == 1 {
		return named[0], nil
	} else if len(named) > 1 {
		return Camera{}, fmt.Errorf("%d cameras are called %q; choose by ID: %s, %s",
			len(named), choice, named[0].ID, named[1].ID)
	}

	driver, argument, _ := strings.Cut(choice, ":")
	list := lister(driver)
	if list == nil {
		return Camera{}, errors.Join(&UnknownCameraError{choice, known}, listErr)
	}
	cameras, err := list(ctx, argument)
	if err != nil {
		return Camera{}, err
	}
	if len(cameras) == 0 {
		return Camera{}, &UnknownCameraError{choice, known}
	}
	return cameras[0], nil
}

func byName(cameras []Camera, name string) []Camera {
	var named []Camera
	for _, c := range cameras {
		if strings.EqualFold(c.Name, name) {
			named = append(named, c)
		}
	}
	return named
}

const (
	// settle is how long after a change in /dev the cameras are listed: a camera
	// brings several nodes, and udev sets their permissions a little later.
	settle = 300 * time.Millisecond
	// rescan is how often the cameras are listed without a change.
	rescan = 15 * time.Second
	// nodes is the directory in which cameras appear.
	nodes = "/dev"
)

// Follow yields the cameras of all drivers, as [List] returns them: at once, whenever
// devices come or go, and every few seconds, until ctx ends.
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
			case <-faults: // an event may be lost: the next look makes up for it
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

// watchDevices returns nil channels, which never deliver, where the system cannot
// watch devices.
func watchDevices() (<-chan fsnotify.Event, <-chan error, func()) {
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, nil, func() {}
	}
	watcher.Add(nodes)
	return watcher.Events, watcher.Errors, func() { watcher.Close() }
}

// isCamera reports whether an event is about a camera: every write to /dev/null is an
// event too.
func isCamera(event fsnotify.Event) bool {
	return strings.HasPrefix(filepath.Base(event.Name), "video") &&
		event.Op&(fsnotify.Create|fsnotify.Remove|fsnotify.Chmod) != 0
}
