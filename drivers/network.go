package drivers

import (
	"context"

	"fanlight/drivers/network"
)

// The network driver: cameras and programs that serve MJPEG over HTTP, another
// Fanlight among them, and cameras that serve only single pictures. A camera's
// address is the user's choice as it is: http://192.168.1.20:8080/video.
func init() {
	for _, scheme := range []string{"http", "https"} {
		Register(scheme, func(_ context.Context, argument string) ([]Camera, error) {
			if argument == "" {
				return nil, nil
			}
			camera, err := network.Camera(scheme + ":" + argument)
			if err != nil {
				return nil, err
			}
			return []Camera{camera}, nil
		})
	}
}
