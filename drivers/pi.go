package drivers

import (
	"context"
	"fmt"
	"time"

	"fanlight/drivers/pi"
)

// The pi driver: the Raspberry Pi's own cameras, on a ribbon cable, which need
// libcamera to become pictures. It runs rpicam-vid (libcamera-vid until 2023), which
// encodes them as JPEG:
// https://www.raspberrypi.com/documentation/computers/camera_software.html. Under the
// old firmware camera stack these cameras are Video4Linux ones, and the v4l2 driver
// has them.
func init() { registerPi("pi", 2*time.Second) }

// registerPi registers a driver that throws pictures away for as long as exposure and
// white balance take to settle.
func registerPi(name string, warmUp time.Duration) {
	system := pi.NewSystem(name, warmUp)
	Register(name, func(ctx context.Context, argument string) ([]Camera, error) {
		known, named, err := system.List(ctx, argument)
		switch {
		case err != nil:
			return nil, err
		case argument == "":
			return known, nil
		case len(known) == 0:
			return nil, fmt.Errorf("there is no Raspberry Pi camera %q, and no other: check its ribbon cable, and that rpicam-vid --list-cameras shows it", argument)
		case len(named) == 0:
			return nil, fmt.Errorf("not connected, or misspelt: %w", &UnknownCameraError{Choice: name + ":" + argument, Known: known})
		}
		return named, nil
	})
}
