//go:build !linux

package devices

import (
	"fanlight/drivers/camera"
	"fanlight/drivers/opencv"
)

// Lister returns a function that lists the first camera, whether it is there or not:
// OpenCV names no cameras, and to find out means to open it, which turns its light on.
// Others are chosen by their index, as in opencv:1.
func Lister() func() ([]camera.Camera, error) {
	return func() ([]camera.Camera, error) {
		return []camera.Camera{opencv.Device(0, "Camera 0")}, nil
	}
}
