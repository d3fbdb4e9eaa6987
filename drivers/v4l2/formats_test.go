//go:build linux

package v4l2

import (
	"bytes"
	"fmt"
	"image/jpeg"
	"slices"
	"strings"
	"testing"
	"time"

	"fanlight/drivers/camera"

	go4vl "github.com/vladimirvivien/go4vl/v4l2"
)

// TestRawPicturesAreDistrusted: one that was cut short is dropped, and a format
// that cannot be encoded at all is an error.
func TestRawPicturesAreDistrusted(t *testing.T) {
	const width, height, stride = 32, 16, 80
	yuyv, _ := formatOf(go4vl.PixelFmtYUYV)
	agreed := agreed{pixelFormat: yuyv, Mode: camera.Mode{Format: "YUYV", Width: width, Height: height}, strides: []int{stride}, bytes: stride * height}
	picture := slices.Repeat([]byte{200, 128}, stride/2*height)
	for y := range height { // what is behind a line must not show
		copy(picture[y*stride+2*width:(y+1)*stride], make([]byte, stride-2*width))
	}
	timed := 0
	usual := camera.Want{Encoded: func(took time.Duration) { timed++ }}
	whole, err := agreed.encode(picture, usual)
	if err != nil {
		t.Fatal(err)
	}
	shown, err := jpeg.Decode(bytes.NewReader(whole))
	if err != nil || shown.Bounds().Dx() != width || shown.Bounds().Dy() != height {
		t.Fatal(shown, err)
	}
	for x := range width {
		for y := range height {
			if r, _, _, _ := shown.At(x, y).RGBA(); r>>8 < 205 || r>>8 > 222 {
				t.Fatalf("pixel %d, %d is %d", x, y, r>>8)
			}
		}
	}
	for _, length := range []int{0, 1, stride, stride*(height-1) + 2*width - 1} {
		if got, err := agreed.encode(picture[:length], usual); err != nil || len(got) != 0 {
			t.Errorf("%d bytes of %d made a picture of %d, %v", length, len(picture), len(got), err)
		}
	}
	if low, err := agreed.encode(picture, camera.Want{Quality: 10}); err != nil || bytes.Equal(low, whole) {
		t.Errorf("the quality makes no difference; %v", err)
	}
	agreed.Width = 31
	if _, err := agreed.encode(picture, usual); err == nil || !strings.Contains(err.Error(), "making a JPEG of a YUYV picture") {
		t.Errorf("a width that cannot be: %v", err)
	}
	mjpeg, _ := formatOf(go4vl.PixelFmtMJPEG)
	agreed.pixelFormat = mjpeg
	if got, err := agreed.encoder(usual)([][]byte{picture[:7]}); err != nil || !bytes.Equal(got, picture[:7]) {
		t.Error("the camera's own JPEG was touched")
	}
	if timed != 1 {
		t.Errorf("told of %d pictures encoded, want 1", timed)
	}
}

func TestUndecodedFormatsAreNamed(t *testing.T) {
	of := func(formats ...go4vl.FourCCType) []go4vl.FourCCType { return formats }
	for _, test := range []struct {
		offered []go4vl.FourCCType
		want    string
	}{
		{of(go4vl.PixelFmtH264), "Cam delivers only H264 pictures, which Fanlight has no decoder for: choose another camera"},
		{of(fourCCOf("Y16 ")|1<<31, fourCCOf("BA81"), fourCCOf("Y10 "), go4vl.PixelFmtH264), "only Y16-BE, BA81, Y10 and similar pictures"},
		{nil, "Cam names no picture format at all"},
	} {
		got := listed{name: "Cam"}.explain(fmt.Errorf("wrapped: %w", &undecodedError{test.offered}))
		if !strings.Contains(got.Error(), test.want) {
			t.Errorf("%q, want %q", got, test.want)
		}
	}
}
