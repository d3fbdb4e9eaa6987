package drivers

import (
	"fmt"
	"strconv"
	"strings"
)

// openCVDevices returns a function that lists the cameras that the driver v4l2
// lists too, as aliases: a camera is in the picker once. A node that is new is
// asked what it is, which turns nothing on.
func openCVDevices() func() ([]Camera, error) {
	system := newV4L2System("/sys/class/video4linux", "/dev")
	return func() ([]Camera, error) {
		nodes, err := system.nodes()
		if err != nil {
			return nil, fmt.Errorf("asking the kernel for its cameras: %w", err)
		}
		var cameras []Camera
		for _, n := range nodes {
			card, ok := system.card(n)
			index, err := strconv.Atoi(strings.TrimPrefix(n.path, "/dev/video"))
			if !ok || err != nil {
				continue
			}
			camera := openCVDevice(index, v4l2Name(card, n.product)).camera()
			camera.Alias = true
			cameras = append(cameras, camera)
		}
		return cameras, nil
	}
}
