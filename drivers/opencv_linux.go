package drivers

import (
	"strconv"
	"strings"

	"fanlight/drivers/v4l2"
)

// openCVDevices returns a function that lists the cameras that the driver v4l2
// lists too, as aliases: a camera is in the picker once.
func openCVDevices() func() ([]Camera, error) {
	system := v4l2.NewSystem("/sys/class/video4linux", "/dev")
	return func() ([]Camera, error) {
		nodes, err := system.Nodes()
		if err != nil {
			return nil, err
		}
		var cameras []Camera
		for _, node := range nodes {
			index, err := strconv.Atoi(strings.TrimPrefix(node.Path, "/dev/video"))
			if err != nil {
				continue
			}
			camera := openCVDevice(index, node.Name).camera()
			camera.Alias = true
			cameras = append(cameras, camera)
		}
		return cameras, nil
	}
}
