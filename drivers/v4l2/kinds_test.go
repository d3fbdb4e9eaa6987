//go:build linux

package v4l2

import (
	"bytes"
	"fmt"
	"image/jpeg"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"unsafe"

	"fanlight/drivers/camera"
	"fanlight/drivers/pixels"

	go4vl "github.com/vladimirvivien/go4vl/v4l2"
	"golang.org/x/sys/unix"
)

// TestWhatIsACamera: image processors and codecs are none, whatever they claim, and with
// the multi-planar API a device is one all the same.
func TestWhatIsACamera(t *testing.T) {
	const plain, planar = go4vl.CapVideoCapture | go4vl.CapStreaming, go4vl.CapVideoCaptureMPlane | go4vl.CapStreaming
	for _, test := range []struct {
		driver, card string
		capabilities uint32
		formats      []string
		captures     bool
	}{
		{"uvcvideo", "HD Pro Webcam C920", plain, []string{"MJPG"}, true},
		{"rk_hdmirx", "rk_hdmirx", planar, []string{"NV12"}, true},
		{"rkisp_v6", "rkisp_mainpath", planar, []string{"NV12"}, true},
		{"mxc-isi-cap", "mx8-isi-cap", planar, []string{"NV12"}, true},
		{"bm2835 mmal", "mmal service 16.1", plain | go4vl.CapVideoOverlay, []string{"YU12"}, true},
		{"unicam", "unicam", plain, []string{"UYVY"}, true},
		{"unicam", "unicam", plain, []string{"pRAA"}, false},
		{"unicam", "unicam", plain | go4vl.CapIOMediaController, []string{"UYVY"}, false},
		{"bcm2835-isp", "bcm2835-isp", plain, []string{"YU12"}, false},
		{"bcm2835-isp", "bcm2835-isp-capture0", planar, []string{"YU12"}, false},
		{"bcm2835-codec", "bcm2835-codec-decode", plain, []string{"YU12"}, false},
		{"pispbe", "pispbe", planar, []string{"YU12"}, false},
		{"rpi-hevc-dec", "rpi-hevc-dec", planar, []string{"NV12"}, false},
		{"hantro-vpu", "rockchip,rk3568-vpu-dec", go4vl.CapVideoMem2MemMPlane | go4vl.CapStreaming, []string{"NV12"}, false},
		{"any", "any", go4vl.CapVideoMem2Mem | plain, []string{"NV12"}, false},
		{"uvcvideo", "metadata", go4vl.CapMetadataCapture | go4vl.CapStreaming, nil, false},
		{"read only", "no streams", go4vl.CapVideoCapture, []string{"YUYV"}, false},
		{"display", "an output", go4vl.CapVideoOutput | go4vl.CapStreaming, []string{"YUYV"}, false},
		{loopbackDriver, "OBS Virtual Camera", go4vl.CapVideoOutput | go4vl.CapStreaming, nil, true},
	} {
		d := newFake("MJPG")
		d.capabilityStruct = capabilityStruct{capabilities: go4vl.CapDeviceCapabilities | plain, device: test.capabilities}
		copy(d.driver[:], test.driver)
		copy(d.card[:], test.card)
		d.formats = test.formats
		opened, err := opened(d, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := opened.captures(); got != test.captures {
			t.Errorf("%s, %s, %#x: is a camera: %v", test.driver, test.card, test.capabilities, got)
		}
	}
}

// TestWebcamsComeFirst: before what is built in, and that before what programs feed, so
// that the camera taken by itself is the one that somebody has plugged in.
func TestWebcamsComeFirst(t *testing.T) {
	f, system := newFakeSystem(t)
	f.attributes("devices/platform/receiver", nil)
	f.node("video0", "0", "receiver", "platform/receiver")
	f.node("video1", "0", "A virtual camera", "")
	f.usb("usb1/1-2", map[string]string{"idVendor": "046d", "idProduct": "082d", "product": "Webcam"})
	f.node("video2", "0", "Webcam", "pci0000:00/usb1/1-2/1-2:1.0")
	nodes, err := system.nodes()
	var order []string
	for _, n := range nodes {
		order = append(order, filepath.Base(n.path))
	}
	if want := []string{"video2", "video0", "video1"}; err != nil || !slices.Equal(order, want) {
		t.Errorf("got %q, %v, want %q", order, err, want)
	}
}

// TestManyPlanes: a device of the multi-planar API delivers, whether the planes of a
// picture lie in one buffer or apart, and whatever the strides.
func TestManyPlanes(t *testing.T) {
	const width, height, stride = 64, 48, 80
	for _, test := range []struct {
		format  string
		strides []int // of the planes
		lines   []int
	}{
		{"NV12", []int{stride}, []int{height * 3 / 2}},
		{"NM12", []int{stride, stride}, []int{height, height / 2}},
		{"NM12", []int{stride, width}, []int{height, height / 2}},
		{"NM12", []int{width, stride}, []int{height, height / 2}},
		{"NM16", []int{stride, stride}, []int{height, height}},
		{"YM12", []int{stride, stride / 2, stride / 2}, []int{height, height / 2, height / 2}},
		{"YM12", []int{stride, 48, 48}, []int{height, height / 2, height / 2}},
		{"MJPG", []int{0}, []int{0}},
	} {
		synctest.Test(t, func(t *testing.T) {
			d := newFake(test.format)
			d.capabilities = go4vl.CapVideoCaptureMPlane | go4vl.CapStreaming
			m := d.format.many()
			*m = manyPlanes{width: width, height: height, code: fourCCOf(test.format), count: uint8(len(test.strides))}
			var picture [][]byte
			for i, stride := range test.strides {
				size := stride*test.lines[i] + 100 // with something behind it
				m.planes[i].stride, m.planes[i].size = uint32(stride), uint32(size)
				luma := min(height*stride, size)
				switch {
				case test.format == "MJPG":
					picture = append(picture, colourful(t))
					size = len(picture[0])
				case i == 0: // and what lies behind it, if the planes are in one buffer
					picture = append(picture, append(slices.Repeat([]byte{150}, luma), slices.Repeat([]byte{150, 90}, (size-luma)/2)...))
				case len(test.strides) == 3:
					picture = append(picture, slices.Repeat([]byte{150, 150, 90}[i:i+1], size))
				default:
					picture = append(picture, slices.Repeat([]byte{150, 90}, size/2))
				}
				d.planes = append(d.planes, size)
			}
			d.picture = func(n int) (fakePicture, bool) {
				return fakePicture{planes: picture, sequence: uint32(n), stamp: monotonic()}, true
			}
			_, err := watched(t, d.plugged(t), camera.Want{Quality: 100}, 1, func(p camera.Picture) {
				isColourful(t, fmt.Sprintf("%s, strides %v", test.format, test.strides), p.JPEG)
			})
			if err != nil {
				t.Errorf("%s: %v", test.format, err)
			}
		})
	}
}

func far(got uint32, want int) bool { return int(got)-want > 4 || want-int(got) > 4 }

// isColourful looks for Y 150, U 150 and V 90 of BT.601 in the limited range.
func isColourful(t *testing.T, what string, file []byte) {
	t.Helper()
	shown, err := jpeg.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	for _, at := range [][2]int{{0, 0}, {63, 0}, {32, 24}, {0, 47}, {63, 47}} {
		if r, g, b, _ := shown.At(at[0], at[1]).RGBA(); far(r>>8, 95) || far(g>>8, 178) || far(b>>8, 200) {
			t.Errorf("%s: at %v is %d %d %d", what, at, r>>8, g>>8, b>>8)
		}
	}
}

// colourful is a JPEG picture of the colour that TestManyPlanes looks for.
func colourful(t *testing.T) []byte {
	t.Helper()
	file, err := pixels.Raw{Pix: slices.Repeat([]byte{95, 178, 200}, 64*48), Layout: pixels.RGB24, Width: 64, Height: 48}.Encode(100)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// TestColoursOfFormats: what a driver says of its colours, and what it means by nothing.
func TestColoursOfFormats(t *testing.T) {
	of := func(m pixels.Matrix, r pixels.Range) pixels.Colours { return pixels.Colours{Matrix: m, Range: r} }
	for _, test := range []struct {
		name                               string
		layout                             pixels.Layout
		colorspace, encoding, quantization uint32
		want                               pixels.Colours
	}{
		{"nothing", pixels.YUYV, 0, 0, 0, of(pixels.BT601, pixels.UsualRange)},
		{"a webcam's sRGB", pixels.YUYV, 8, 0, 0, of(pixels.BT601, pixels.UsualRange)},
		{"HDMI", pixels.YUYV, 3, 0, 0, of(pixels.BT709, pixels.UsualRange)},
		{"HDMI of a PC", pixels.NV12, 3, 0, 1, of(pixels.BT709, pixels.FullRange)},
		{"an old standard", pixels.UYVY, 1, 0, 0, of(pixels.BT601, pixels.UsualRange)},
		{"SMPTE 240M", pixels.YUYV, 2, 0, 2, of(pixels.SMPTE240M, pixels.LimitedRange)},
		{"UHD", pixels.NV12, 10, 0, 0, of(pixels.BT2020, pixels.UsualRange)},
		{"JPEG's", pixels.YUYV, 7, 0, 0, of(pixels.BT601, pixels.FullRange)},
		{"sRGB encoded by 709", pixels.YUYV, 8, 2, 0, of(pixels.BT709, pixels.UsualRange)},
		{"709 encoded by 601", pixels.YUYV, 3, 1, 0, of(pixels.BT601, pixels.UsualRange)},
		{"video's RGB", pixels.BGR24, 3, 0, 2, of(pixels.BT709, pixels.LimitedRange)},
		{"infrared", pixels.Grey, 8, 0, 2, of(pixels.BT601, pixels.UsualRange)},
	} {
		if got := coloursOf(test.layout, test.colorspace, test.encoding, test.quantization); got != test.want {
			t.Errorf("%s: %+v, want %+v", test.name, got, test.want)
		}
	}
}

// TestColoursReachThePicture: of a device that says Rec. 709, yellow of 75 % is yellow.
func TestColoursReachThePicture(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newFake("YUYV")
		d.answers[requestGetFormat] = func(argument unsafe.Pointer) error {
			d.format.single().colorspace = colorspace709
			as[formatStruct](argument).union = d.format.union
			return nil
		}
		d.picture = func(n int) (fakePicture, bool) {
			return fakePicture{planes: [][]byte{slices.Repeat([]byte{168, 44, 168, 136}, 64*48/2)}, stamp: monotonic()}, true
		}
		_, err := watched(t, d.plugged(t), camera.Want{Mode: camera.Mode{Width: 64, Height: 48}}, 1, func(p camera.Picture) {
			shown, err := jpeg.Decode(bytes.NewReader(p.JPEG))
			if err != nil {
				t.Fatal(err)
			}
			if r, g, b, _ := shown.At(30, 20).RGBA(); far(r>>8, 191) || far(g>>8, 191) || far(b>>8, 0) {
				t.Errorf("yellow is %d %d %d", r>>8, g>>8, b>>8)
			}
		})
		if err != nil {
			t.Error(err)
		}
	})
}

func TestNamesAreOfOneLine(t *testing.T) {
	for name, want := range map[string]string{
		"HD Pro Webcam C920": "HD Pro Webcam C920",
		"tab\tand\nnewline":  "tab and newline",
		"\x1b[31mred\x1b[0m": "red",
		"\x1b]0;title\a":     "]0;title",
		"latin \xe9":         "latin \uFFFD",
		"Kamera für Möwen 📷": "Kamera für Möwen 📷",
		"   ":                "",
		"turned \u202eround": "turned round",
		"a \x00zero byte":    "a",
		"C1 \u0085\u009b31m": "C1 31m",
	} {
		if got := text([]byte(name)); got != want {
			t.Errorf("%q became %q, want %q", name, got, want)
		}
	}
	if got := cameraName(text([]byte("\t\x1b[1m")), "\n"); got != "Camera" {
		t.Errorf("a camera without a name is %q", got)
	}
	if got := idCharacters("a\x1b[31m\u202e\xff é"); got != "a__31m_\uFFFD_é" {
		t.Errorf("in an ID: %q", got)
	}
}

// TestBrokenStreamEnds: of a device that fails in mid-stream, the failure is passed on.
func TestBrokenStreamEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newFake("MJPG")
		c := d.plugged(t)
		n := 0
		_, err := watched(t, c, camera.Want{}, 9, func(camera.Picture) {
			if n++; n == 3 {
				d.refuses(unix.EIO, requestDequeue)
			}
		})
		if n != 3 || err == nil || err.Error() != "Odd Camera does not work (buffer dequeue: input/output error): unplug it and plug it in again, best into another USB socket" {
			t.Errorf("after %d pictures: %v", n, err)
		}
	})
}
