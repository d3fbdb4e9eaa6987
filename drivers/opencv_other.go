//go:build !linux

package drivers

// openCVDevices returns a function that lists the first camera, whether it is
// there or not: OpenCV names no cameras, and to find out means to open it, which
// turns its light on. Others are chosen by their number, as in opencv:1.
func openCVDevices() func() ([]Camera, error) {
	return func() ([]Camera, error) {
		return []Camera{openCVDevice(0, "Camera 0").camera()}, nil
	}
}
