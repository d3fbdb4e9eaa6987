package streaming

import (
	"bytes"
	"image/jpeg"
	"testing"
)

func TestCardSizes(t *testing.T) {
	for _, test := range []struct{ width, height, wantWidth, wantHeight int }{
		{0, 0, 1280, 720}, {640, 480, 640, 480}, {720, 1280, 720, 1280}, {16, 8, 240, 120}, {7680, 4320, 3840, 2160}, {1, 1000, 120, 1000},
		{65535, 1, 3840, 120}, {1, 65535, 120, 2160}, {65535, 65535, 2160, 2160}, {65535, 1000, 3840, 1000},
	} {
		c := card{width: test.width, height: test.height, heading: "Camera unplugged, waiting for it", name: "Kamera Süd",
			reason: "Kamera Süd is unplugged: plug it in again and the picture comes back"}
		picture, err := c.jpeg(nil)
		if err != nil {
			t.Fatal(err)
		}
		config, err := jpeg.DecodeConfig(bytes.NewReader(picture))
		if err != nil || config.Width != test.wantWidth || config.Height != test.wantHeight {
			t.Errorf("%dx%d: drawn as %dx%d, %v", test.width, test.height, config.Width, config.Height, err)
		}
	}
}
