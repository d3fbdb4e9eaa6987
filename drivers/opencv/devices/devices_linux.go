package devices

import (
	"strconv"
	"strings"

	"fanlight/drivers/camera"
	"fanlight/drivers/opencv"
	"fanlight/drivers/v4l2"
)

// Lister returns a function that lists the cameras that the driver v4l2 lists too, as
// aliases: the picker shows a camera once.
func Lister() func() ([]camera.Camera, error) {
	system := v4l2.NewSystem("/sys/class/video4linux", "/dev")
	return func() ([]camera.Camera, error) {
		nodes, err := system.Nodes()
		if err != nil {
			return nil, err
		}
		var cameras []camera.Camera
		for _, node := range nodes {
			index, err := strconv.Atoi(strings.TrimPrefix(node.Path, "/dev/video"))
			if err != nil {
				continue
			}
			c := opencv.Device(index, node.Name)
			c.Alias = true
			cameras = append(cameras, c)
		}
		return cameras, nil
	}
}
