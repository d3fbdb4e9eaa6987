package drivers

import "context"

// A camera's rtsp:// address, as it is announced on the network and as its manual
// has it, is one for OpenCV: the camera's ID is that of the driver opencv.
func init() {
	Register("rtsp", func(_ context.Context, argument string) ([]Camera, error) {
		if argument == "" {
			return nil, nil
		}
		return listOpenCV("rtsp:" + argument)
	})
}
