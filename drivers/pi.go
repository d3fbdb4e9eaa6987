package drivers

import (
	"context"
	"fmt"
	"iter"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"fanlight/drivers/jpegs"
	"fanlight/drivers/process"
)

// The pi driver: the Raspberry Pi's own cameras, on a ribbon cable, which need
// libcamera to become pictures. It runs rpicam-vid (libcamera-vid until 2023),
// https://www.raspberrypi.com/documentation/computers/camera_software.html,
// which encodes them as JPEG. Under the old firmware camera stack these cameras
// are Video4Linux ones, and the v4l2 driver has them.
func init() { Register("pi", newPiSystem("pi", 2*time.Second).list) }

// piSystem lists the cameras, and remembers them: they do not come and go, and
// asking takes a program that opens them.
type piSystem struct {
	driver string        // its name in IDs
	warmUp time.Duration // until exposure and white balance have settled

	mu      sync.Mutex
	program string // that was asked
	sensors []piSensor
	err     error
	until   time.Time // how long the answer holds; zero for ever
}

func newPiSystem(driver string, warmUp time.Duration) *piSystem {
	return &piSystem{driver: driver, warmUp: warmUp}
}

// askAgain is after how long a system without cameras is asked for them again.
const askAgain = 5 * time.Minute

// list may be called by several goroutines. The argument may be the ID's part
// behind the colon, the camera's number or its sensor's name.
func (s *piSystem) list(ctx context.Context, argument string) ([]Camera, error) {
	program, sensors, err := s.ask(ctx)
	if err != nil {
		return nil, err
	}
	var known, named []Camera
	for _, sensor := range sensors {
		c := piCamera{sensor: sensor, program: program, warmUp: s.warmUp, name: sensor.name()}
		if slices.ContainsFunc(sensors, func(other piSensor) bool { return other.index != sensor.index && other.model == sensor.model }) {
			c.name = fmt.Sprintf("%s, camera %d", c.name, sensor.index)
		}
		camera := Camera{ID: s.driver + ":" + sensor.id(), Name: c.name, Frames: c.frames, Modes: c.modes, Controls: c.controls}
		known = append(known, camera)
		if slices.Contains([]string{sensor.id(), strconv.Itoa(sensor.index), sensor.model}, argument) {
			named = append(named, camera)
		}
	}
	switch {
	case argument == "":
		return known, nil
	case len(known) == 0:
		return nil, fmt.Errorf("there is no Raspberry Pi camera %q, and no other: check its ribbon cable, and that rpicam-vid --list-cameras shows it", argument)
	case len(named) == 0:
		return nil, fmt.Errorf("not connected, or misspelt: %w", &UnknownCameraError{Choice: s.driver + ":" + argument, Known: known})
	}
	return named, nil
}

// ask returns the program for the cameras and the cameras, none where it is not installed.
func (s *piSystem) ask(ctx context.Context) (program string, sensors []piSensor, err error) {
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
	sensors, err = listPi(ctx, program)
	if ctx.Err() != nil { // no answer
		return program, nil, err
	}
	s.program, s.sensors, s.err, s.until = program, sensors, err, time.Time{}
	if len(sensors) == 0 {
		s.until = time.Now().Add(askAgain)
	}
	return program, sensors, err
}

// piCamera is a listed camera.
type piCamera struct {
	sensor  piSensor
	program string
	warmUp  time.Duration
	name    string
}

func (c piCamera) modes(context.Context) ([]Mode, error) { return c.sensor.offers(), nil }

// controls have their defaults for values: the camera takes them only as it is opened.
func (c piCamera) controls(context.Context) ([]Control, error) {
	var controls []Control
	for _, control := range piControls(c.sensor) {
		control.Value = control.Default
		controls = append(controls, control.Control)
	}
	return controls, nil
}

func (c piCamera) frames(ctx context.Context, want Want) iter.Seq2[Picture, error] {
	return func(yield func(Picture, error) bool) {
		mode := c.mode(want.Mode)
		p := process.Program{
			Words:   append([]string{c.program}, c.arguments(mode, want)...),
			Advice:  "run rpicam-hello in a terminal to see whether the camera works",
			WarmUp:  c.warmUp,
			Explain: c.explain,
		}
		granted := want.Granted
		want.Granted = nil
		err := p.Frames(ctx, want, func(picture Picture, err error) bool {
			if granted != nil {
				if _, info, err := jpegs.Mend(picture.JPEG); err == nil {
					mode.Width, mode.Height = info.Width, info.Height
				}
				granted(mode)
				granted = nil
			}
			return yield(picture, err)
		})
		if err != nil {
			yield(Picture{}, err)
		}
	}
}

// mode is what to ask of the camera where the user leaves the choice: rpicam-vid
// would deliver 640x480. The camera delivers any size up to its sensor's, and
// slows down to what the sensor can do at that size.
func (c piCamera) mode(asked Mode) Mode {
	mode := asked
	mode.Format = ""
	if mode.Width <= 0 || mode.Height <= 0 {
		mode.Width, mode.Height = 1280, 720
	}
	if mode.FPS <= 0 {
		mode.FPS = 30
	}
	if fastest := c.sensor.fastest(mode.Width, mode.Height); fastest > 0 {
		mode.FPS = min(mode.FPS, fastest)
	}
	return mode
}

// arguments are rpicam-vid's.
func (c piCamera) arguments(mode Mode, want Want) []string {
	quality := want.Quality
	if quality <= 0 {
		quality = DefaultQuality
	}
	arguments := []string{
		"--timeout", "0", "--nopreview", "--codec", "mjpeg", "--output", "-", "--flush",
		"--camera", strconv.Itoa(c.sensor.index),
		"--width", strconv.Itoa(mode.Width), "--height", strconv.Itoa(mode.Height),
		"--framerate", strconv.FormatFloat(mode.FPS, 'f', -1, 64),
		"--quality", strconv.Itoa(quality),
	}
	return append(arguments, piArguments(piControls(c.sensor), want.Controls)...)
}

// explain knows what libcamera says when it cannot have the camera.
func (c piCamera) explain(lines []string) error {
	words := strings.ToLower(strings.Join(lines, "\n"))
	switch {
	case strings.Contains(words, "in use by another process"), strings.Contains(words, "failed to acquire camera"), strings.Contains(words, "device or resource busy"):
		return fmt.Errorf("%s is used by another program: close it there; Fanlight goes on trying", c.name)
	case strings.Contains(words, "no cameras available"), strings.Contains(words, "selected camera is not available"):
		return fmt.Errorf("%s is not connected: switch the Raspberry Pi off and check the ribbon cable: %w", c.name, ErrUnplugged)
	}
	return nil
}
