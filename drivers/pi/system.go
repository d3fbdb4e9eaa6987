package pi

import (
	"context"
	"fmt"
	"os/exec"
	"slices"
	"strconv"
	"sync"
	"time"

	"fanlight/drivers/camera"
)

// System lists the computer's cameras and remembers them: they do not come and go, and
// the program that lists them opens them. Several goroutines may use it.
type System struct {
	driver string        // its name in IDs
	warmUp time.Duration // until exposure and white balance have settled

	mu      sync.Mutex
	program string // the one that listed the sensors
	sensors []sensor
	err     error
	until   time.Time // when to list again; zero for never
}

// NewSystem returns a system whose cameras' IDs begin with the driver's name. Each
// camera throws its pictures away for the time warmUp.
func NewSystem(driver string, warmUp time.Duration) *System {
	return &System{driver: driver, warmUp: warmUp}
}

// askAgain is how long a list without cameras is valid.
const askAgain = 5 * time.Minute

// List returns all cameras, and of them those that the argument names: by the part
// of an ID after the colon, the camera's number or its sensor's name.
func (s *System) List(ctx context.Context, argument string) (known, named []camera.Camera, err error) {
	program, sensors, err := s.ask(ctx)
	if err != nil {
		return nil, nil, err
	}
	for _, found := range sensors {
		l := listed{sensor: found, program: program, warmUp: s.warmUp, name: found.name()}
		if slices.ContainsFunc(sensors, func(other sensor) bool { return other.index != found.index && other.model == found.model }) {
			l.name = fmt.Sprintf("%s, camera %d", l.name, found.index)
		}
		c := camera.Camera{ID: s.driver + ":" + found.id(), Name: l.name, Frames: l.frames, Modes: l.modes, Controls: l.controls}
		known = append(known, c)
		if slices.Contains([]string{found.id(), strconv.Itoa(found.index), found.model}, argument) {
			named = append(named, c)
		}
	}
	return known, named, nil
}

// ask returns the program and its cameras, or nothing where it is not installed.
func (s *System) ask(ctx context.Context) (program string, sensors []sensor, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if program, err = exec.LookPath("rpicam-vid"); err != nil {
		program, err = exec.LookPath("libcamera-vid")
	}
	if err != nil {
		return "", nil, nil
	}
	if program == s.program && (s.until.IsZero() || time.Now().Before(s.until)) {
		return program, s.sensors, s.err
	}
	sensors, err = ask(ctx, program)
	if ctx.Err() != nil { // no answer
		return program, nil, err
	}
	s.program, s.sensors, s.err, s.until = program, sensors, err, time.Time{}
	if len(sensors) == 0 {
		s.until = time.Now().Add(askAgain)
	}
	return program, sensors, err
}
