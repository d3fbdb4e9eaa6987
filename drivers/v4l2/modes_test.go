//go:build linux

package v4l2

import (
	"slices"
	"testing"

	"fanlight/drivers/camera"

	go4vl "github.com/vladimirvivien/go4vl/v4l2"
)

func discrete(sizes ...[2]uint32) (offered []go4vl.FrameSize) {
	for _, s := range sizes {
		offered = append(offered, go4vl.FrameSize{MinWidth: s[0], MaxWidth: s[0], MinHeight: s[1], MaxHeight: s[1]})
	}
	return offered
}

func TestPickSize(t *testing.T) {
	webcam := discrete([2]uint32{1920, 1080}, [2]uint32{320, 240}, [2]uint32{640, 480}, [2]uint32{1280, 960}, [2]uint32{1280, 720}, [2]uint32{960, 720})
	scaler := []go4vl.FrameSize{{MinWidth: 16, MaxWidth: 1000, StepWidth: 16, MinHeight: 16, MaxHeight: 4000, StepHeight: 8}}
	for _, test := range []struct {
		name          string
		offered       []go4vl.FrameSize
		want          camera.Mode
		width, height uint32
	}{
		{"usual", webcam, camera.Mode{}, 1280, 720},
		{"asked and offered", webcam, camera.Mode{Width: 1920, Height: 1080}, 1920, 1080},
		{"nearest", webcam, camera.Mode{Width: 1000, Height: 700}, 960, 720},
		{"larger than any", webcam, camera.Mode{Width: 7680, Height: 4320}, 1920, 1080},
		{"half a size is none", webcam, camera.Mode{Width: 640}, 1280, 720},
		{"a rate alone is no size", webcam, camera.Mode{FPS: 10}, 1280, 720},
		{"all smaller than usual", discrete([2]uint32{320, 240}, [2]uint32{640, 480}), camera.Mode{}, 640, 480},
		{"all larger than usual", discrete([2]uint32{3840, 2160}, [2]uint32{1920, 1080}), camera.Mode{}, 1920, 1080},
		{"no list", nil, camera.Mode{}, 1280, 720},
		{"no list, asked", nil, camera.Mode{Width: 800, Height: 600}, 800, 600},
		{"stepwise", scaler, camera.Mode{}, 992, 720},
		{"stepwise, asked", scaler, camera.Mode{Width: 350, Height: 5}, 336, 16},
	} {
		if width, height := pickSize(test.offered, test.want); width != test.width || height != test.height {
			t.Errorf("%s: picked %dx%d, want %dx%d", test.name, width, height, test.width, test.height)
		}
	}
}

func TestPickInterval(t *testing.T) {
	of := func(fps ...uint32) (offered []go4vl.Fract) {
		for _, f := range fps {
			offered = append(offered, go4vl.Fract{Numerator: 1, Denominator: f})
		}
		return offered
	}
	uvc30 := go4vl.Fract{Numerator: 333333, Denominator: 10000000}
	for _, test := range []struct {
		name    string
		offered []go4vl.Fract
		fps     float64
		want    go4vl.Fract
	}{
		{"usual", of(5, 60, 30, 15), 0, go4vl.Fract{Numerator: 1, Denominator: 30}},
		{"as UVC counts it", append(of(60, 25), uvc30), 0, uvc30},
		{"all slower", of(5, 10), 0, go4vl.Fract{Numerator: 1, Denominator: 10}},
		{"all faster", of(120, 60), 0, go4vl.Fract{Numerator: 1, Denominator: 60}},
		{"nearest", of(5, 15, 30), 24, go4vl.Fract{Numerator: 1, Denominator: 30}},
		{"between two", []go4vl.Fract{{Numerator: 2, Denominator: 15}, {Numerator: 1, Denominator: 5}}, 7, go4vl.Fract{Numerator: 2, Denominator: 15}},
		{"no list", nil, 0, go4vl.Fract{Numerator: 1000, Denominator: 30000}},
		{"no list, asked", nil, 29.97, go4vl.Fract{Numerator: 1000, Denominator: 29970}},
	} {
		if got := pickInterval(test.offered, test.fps); got != test.want {
			t.Errorf("%s: picked %v, want %v", test.name, got, test.want)
		}
	}
}

// offer makes an offer of a format's sizes, each {width, height, rates...}.
func offerOf(t *testing.T, code string, sizes ...[]uint32) offer {
	t.Helper()
	format, ok := formatOf(fourCCOf(code))
	if !ok {
		t.Fatalf("%s cannot be shown", code)
	}
	o := offer{pixelFormat: format}
	for _, s := range sizes {
		size := frameSize{FrameSize: discrete([2]uint32{s[0], s[1]})[0]}
		for _, fps := range s[2:] {
			size.intervals = append(size.intervals, go4vl.Fract{Numerator: 1, Denominator: fps})
		}
		o.sizes = append(o.sizes, size)
	}
	return o
}

func TestPickMode(t *testing.T) {
	mjpeg := offerOf(t, "MJPG", []uint32{640, 480, 30}, []uint32{1280, 720, 30, 60}, []uint32{1920, 1080, 30})
	yuyv := offerOf(t, "YUYV", []uint32{320, 240, 30}, []uint32{640, 480, 15, 30}, []uint32{1280, 720, 10}, []uint32{2304, 1536, 2})
	nv12 := offerOf(t, "NV12", []uint32{800, 600, 25}, []uint32{1280, 720, 10})
	grey := offerOf(t, "GREY", []uint32{640, 400, 30})
	slow := offerOf(t, "YUYV", []uint32{320, 240, 15}, []uint32{640, 480, 5})
	silent := offerOf(t, "YUYV", []uint32{640, 480}, []uint32{1280, 720})
	scaler := offer{pixelFormat: yuyv.pixelFormat, sizes: []frameSize{{FrameSize: go4vl.FrameSize{MinWidth: 32, MaxWidth: 4096, StepWidth: 2, MinHeight: 32, MaxHeight: 4096, StepHeight: 2}}}}
	for _, test := range []struct {
		name   string
		offers []offer
		want   camera.Mode
		picked camera.Mode
	}{
		{"JPEG before raw", []offer{mjpeg, yuyv}, camera.Mode{}, camera.Mode{Format: "MJPG", Width: 1280, Height: 720}},
		{"raw alone, at a rate", []offer{yuyv}, camera.Mode{}, camera.Mode{Format: "YUYV", Width: 640, Height: 480}},
		{"the largest of all raw formats at a rate", []offer{yuyv, nv12}, camera.Mode{}, camera.Mode{Format: "NV12", Width: 800, Height: 600}},
		{"a low rate lets a larger size in", []offer{yuyv, nv12}, camera.Mode{FPS: 10}, camera.Mode{Format: "YUYV", Width: 1280, Height: 720}},
		{"a high rate only at smaller sizes", []offer{mjpeg, yuyv}, camera.Mode{FPS: 60}, camera.Mode{Format: "MJPG", Width: 1280, Height: 720}},
		{"all slow", []offer{slow}, camera.Mode{}, camera.Mode{Format: "YUYV", Width: 640, Height: 480}},
		{"no rates listed", []offer{silent}, camera.Mode{}, camera.Mode{Format: "YUYV", Width: 1280, Height: 720}},
		{"nothing listed", []offer{offerOf(t, "JPEG"), offerOf(t, "YUYV")}, camera.Mode{}, camera.Mode{Format: "JPEG", Width: 1280, Height: 720}},
		{"any size", []offer{scaler}, camera.Mode{}, camera.Mode{Format: "YUYV", Width: 1280, Height: 720}},
		{"the size asked, JPEG first", []offer{mjpeg, yuyv}, camera.Mode{Width: 640, Height: 480}, camera.Mode{Format: "MJPG", Width: 640, Height: 480}},
		{"the size asked, raw only", []offer{mjpeg, yuyv}, camera.Mode{Width: 320, Height: 240}, camera.Mode{Format: "YUYV", Width: 320, Height: 240}},
		{"the nearest size of all", []offer{mjpeg, yuyv, nv12}, camera.Mode{Width: 801, Height: 601}, camera.Mode{Format: "NV12", Width: 800, Height: 600}},
		{"a slow size that is asked", []offer{yuyv}, camera.Mode{Width: 1280, Height: 720}, camera.Mode{Format: "YUYV", Width: 1280, Height: 720}},
		{"a format asked", []offer{mjpeg, yuyv}, camera.Mode{Format: "yuyv"}, camera.Mode{Format: "YUYV", Width: 640, Height: 480}},
		{"a format and a size asked", []offer{mjpeg, yuyv}, camera.Mode{Format: "YUYV", Width: 1920, Height: 1080}, camera.Mode{Format: "YUYV", Width: 2304, Height: 1536}},
		{"a format that is not offered", []offer{mjpeg, yuyv}, camera.Mode{Format: "NV12"}, camera.Mode{Format: "MJPG", Width: 1280, Height: 720}},
		{"grey behind colour", []offer{slow, grey}, camera.Mode{}, camera.Mode{Format: "YUYV", Width: 640, Height: 480}},
		{"grey behind colour, its size asked", []offer{slow, grey}, camera.Mode{Width: 640, Height: 400}, camera.Mode{Format: "YUYV", Width: 640, Height: 480}},
		{"grey asked", []offer{slow, grey}, camera.Mode{Format: "GREY"}, camera.Mode{Format: "GREY", Width: 640, Height: 400}},
		{"grey alone", []offer{grey}, camera.Mode{Width: 640, Height: 480}, camera.Mode{Format: "GREY", Width: 640, Height: 400}},
	} {
		format, width, height := pickMode(test.offers, test.want)
		if got := (camera.Mode{Format: fourCC(format.code), Width: int(width), Height: int(height)}); got != test.picked {
			t.Errorf("%s: picked %+v, want %+v", test.name, got, test.picked)
		}
	}
}

func TestModesAreListedBestFirst(t *testing.T) {
	offers := []offer{
		offerOf(t, "MJPG", []uint32{640, 480, 30}, []uint32{1280, 720, 15, 30, 60}, []uint32{1920, 1080, 30}),
		offerOf(t, "YUYV", []uint32{640, 480, 15, 30}, []uint32{1280, 720, 10}),
		offerOf(t, "NV12", []uint32{640, 480}),
		offerOf(t, "GREY", []uint32{1280, 720, 30}),
		{pixelFormat: pixelFormats[len(pixelFormats)-1], sizes: []frameSize{{FrameSize: go4vl.FrameSize{MinWidth: 400, MaxWidth: 1300, MinHeight: 16, MaxHeight: 4000}}}},
	}
	var modes []camera.Mode
	for _, o := range offers {
		modes = append(modes, o.modes([2]int{700, 500})...)
	}
	sortModes(modes, [2]int{})
	of := func(format string, width, height int, fps float64) camera.Mode {
		return camera.Mode{Format: format, Width: width, Height: height, FPS: fps}
	}
	want := []camera.Mode{
		of("MJPG", 1280, 720, 30), of("MJPG", 1280, 720, 60), of("MJPG", 640, 480, 30), of("MJPG", 1280, 720, 15), of("MJPG", 1920, 1080, 30),
		of("YUYV", 640, 480, 30), of("NV12", 640, 480, 0), of("YUYV", 1280, 720, 10), of("YUYV", 640, 480, 15),
		of("GREY", 1280, 720, 30), of("GREY", 1280, 720, 0), of("GREY", 800, 600, 0), of("GREY", 700, 500, 0), of("GREY", 640, 480, 0),
	}
	if !slices.Equal(modes, want) {
		t.Errorf("got  %v\nwant %v", modes, want)
	}
}
