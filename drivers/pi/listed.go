package pi

import (
	"context"
	"fmt"
	"iter"
	"strconv"
	"strings"
	"time"

	"fanlight/drivers/camera"
	"fanlight/drivers/jpegs"
	"fanlight/drivers/process"
)

// listed is a camera that was listed.
type listed struct {
	sensor  sensor
	program string
	warmUp  time.Duration
	name    string
}

func (c listed) modes(context.Context) ([]camera.Mode, error) { return c.sensor.offers(), nil }

// controls returns the controls at their defaults: the camera takes them only as it is
// opened.
func (c listed) controls(context.Context) ([]camera.Control, error) {
	var controls []camera.Control
	for _, control := range controlsOf(c.sensor) {
		control.Value = control.Default
		controls = append(controls, control.Control)
	}
	return controls, nil
}

func (c listed) frames(ctx context.Context, want camera.Want) iter.Seq2[camera.Picture, error] {
	return func(yield func(camera.Picture, error) bool) {
		mode := c.mode(want.Mode)
		p := process.Program{
			Words:   append([]string{c.program}, c.arguments(mode, want)...),
			Advice:  "run rpicam-hello in a terminal to see whether the camera works",
			WarmUp:  c.warmUp,
			Explain: c.explain,
		}
		granted := want.Granted
		want.Granted = nil
		for picture, err := range p.Frames(ctx, want) {
			if granted != nil && err == nil {
				if _, info, err := jpegs.Mend(picture.JPEG); err == nil {
					mode.Width, mode.Height = info.Width, info.Height
				}
				granted(mode)
				granted = nil
			}
			if !yield(picture, err) {
				return
			}
		}
	}
}

// mode completes what is asked of the camera: by itself rpicam-vid would deliver
// 640x480. The camera delivers any size up to its sensor's, at the sensor's rate for
// that size at most.
func (c listed) mode(asked camera.Mode) camera.Mode {
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

// arguments returns rpicam-vid's arguments.
func (c listed) arguments(mode camera.Mode, want camera.Want) []string {
	quality := want.Quality
	if quality <= 0 {
		quality = camera.DefaultQuality
	}
	arguments := []string{
		"--timeout", "0", "--nopreview", "--codec", "mjpeg", "--output", "-", "--flush",
		"--camera", strconv.Itoa(c.sensor.index),
		"--width", strconv.Itoa(mode.Width), "--height", strconv.Itoa(mode.Height),
		"--framerate", strconv.FormatFloat(mode.FPS, 'f', -1, 64),
		"--quality", strconv.Itoa(quality),
	}
	return append(arguments, optionsFor(controlsOf(c.sensor), want.Controls)...)
}

// explain recognises what libcamera says when it cannot open the camera.
func (c listed) explain(lines []string) error {
	words := strings.ToLower(strings.Join(lines, "\n"))
	switch {
	case strings.Contains(words, "in use by another process"), strings.Contains(words, "failed to acquire camera"), strings.Contains(words, "device or resource busy"):
		return fmt.Errorf("%s is used by another program: close it there; Fanlight goes on trying", c.name)
	case strings.Contains(words, "no cameras available"), strings.Contains(words, "selected camera is not available"):
		return fmt.Errorf("%s is not connected: switch the Raspberry Pi off and check the ribbon cable: %w", c.name, camera.ErrUnplugged)
	}
	return nil
}
