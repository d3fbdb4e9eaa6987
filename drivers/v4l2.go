//go:build linux

package drivers

import (
	"context"
	"fmt"

	"fanlight/drivers/v4l2"
)

// The v4l2 driver: cameras that the Linux kernel offers as /dev/videoN, and that
// deliver JPEG themselves, as nearly all USB cameras do, or raw pictures. Kernel
// documentation: https://www.kernel.org/doc/html/latest/userspace-api/media/v4l/v4l2.html
func init() {
	system := v4l2.NewSystem("/sys/class/video4linux", "/dev")
	Register("v4l2", func(_ context.Context, argument string) ([]Camera, error) {
		known, named, err := system.List(argument)
		switch {
		case err != nil:
			return nil, err
		case argument == "":
			return known, nil
		case len(known) == 0:
			return nil, fmt.Errorf("there is no camera %q, and no other that Video4Linux knows: plug it in and try again", argument)
		case len(named) == 0:
			return nil, fmt.Errorf("not plugged in, or misspelt: %w", &UnknownCameraError{Choice: "v4l2:" + argument, Known: known})
		}
		return named, nil
	})
}
