package drivers

import (
	"context"

	"fanlight/drivers/opencv"
	"fanlight/drivers/opencv/devices"
)

// The opencv driver: films, addresses and cameras that OpenCV can open, read by the
// program fanlight-opencv. A camera's rtsp:// address, as the network announces it and
// its manual has it, is a choice as it is; the camera's ID is that of this driver.
func init() {
	list := devices.Lister()
	Register("opencv", func(_ context.Context, argument string) ([]Camera, error) {
		if argument == "" {
			return list()
		}
		return openCVCamera(argument)
	})
	Register("rtsp", func(_ context.Context, argument string) ([]Camera, error) {
		if argument == "" {
			return nil, nil
		}
		return openCVCamera("rtsp:" + argument)
	})
}

func openCVCamera(argument string) ([]Camera, error) {
	camera, err := opencv.Camera(argument)
	if err != nil {
		return nil, err
	}
	return []Camera{camera}, nil
}
