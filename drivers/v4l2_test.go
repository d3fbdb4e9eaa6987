//go:build linux

package drivers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image/jpeg"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"github.com/vladimirvivien/go4vl/v4l2"
)

func discrete(sizes ...[2]uint32) (offered []v4l2.FrameSize) {
	for _, s := range sizes {
		offered = append(offered, v4l2.FrameSize{MinWidth: s[0], MaxWidth: s[0], MinHeight: s[1], MaxHeight: s[1]})
	}
	return offered
}

func TestPickSize(t *testing.T) {
	webcam := discrete([2]uint32{1920, 1080}, [2]uint32{320, 240}, [2]uint32{640, 480}, [2]uint32{1280, 960}, [2]uint32{1280, 720}, [2]uint32{960, 720})
	scaler := []v4l2.FrameSize{{MinWidth: 16, MaxWidth: 1000, StepWidth: 16, MinHeight: 16, MaxHeight: 4000, StepHeight: 8}}
	for _, test := range []struct {
		name          string
		offered       []v4l2.FrameSize
		want          Mode
		width, height uint32
	}{
		{"usual", webcam, Mode{}, 1280, 720},
		{"asked and offered", webcam, Mode{Width: 1920, Height: 1080}, 1920, 1080},
		{"nearest", webcam, Mode{Width: 1000, Height: 700}, 960, 720},
		{"larger than any", webcam, Mode{Width: 7680, Height: 4320}, 1920, 1080},
		{"half a size is none", webcam, Mode{Width: 640}, 1280, 720},
		{"a rate alone is no size", webcam, Mode{FPS: 10}, 1280, 720},
		{"all smaller than usual", discrete([2]uint32{320, 240}, [2]uint32{640, 480}), Mode{}, 640, 480},
		{"all larger than usual", discrete([2]uint32{3840, 2160}, [2]uint32{1920, 1080}), Mode{}, 1920, 1080},
		{"no list", nil, Mode{}, 1280, 720},
		{"no list, asked", nil, Mode{Width: 800, Height: 600}, 800, 600},
		{"stepwise", scaler, Mode{}, 992, 720},
		{"stepwise, asked", scaler, Mode{Width: 350, Height: 5}, 336, 16},
	} {
		if width, height := pickSize(test.offered, test.want); width != test.width || height != test.height {
			t.Errorf("%s: picked %dx%d, want %dx%d", test.name, width, height, test.width, test.height)
		}
	}
}

func TestPickInterval(t *testing.T) {
	of := func(fps ...uint32) (offered []v4l2.Fract) {
		for _, f := range fps {
			offered = append(offered, v4l2.Fract{Numerator: 1, Denominator: f})
		}
		return offered
	}
	uvc30 := v4l2.Fract{Numerator: 333333, Denominator: 10000000}
	for _, test := range []struct {
		name    string
		offered []v4l2.Fract
		fps     float64
		want    v4l2.Fract
	}{
		{"usual", of(5, 60, 30, 15), 0, v4l2.Fract{Numerator: 1, Denominator: 30}},
		{"as UVC counts it", append(of(60, 25), uvc30), 0, uvc30},
		{"all slower", of(5, 10), 0, v4l2.Fract{Numerator: 1, Denominator: 10}},
		{"all faster", of(120, 60), 0, v4l2.Fract{Numerator: 1, Denominator: 60}},
		{"nearest", of(5, 15, 30), 24, v4l2.Fract{Numerator: 1, Denominator: 30}},
		{"between two", []v4l2.Fract{{Numerator: 2, Denominator: 15}, {Numerator: 1, Denominator: 5}}, 7, v4l2.Fract{Numerator: 2, Denominator: 15}},
		{"no list", nil, 0, v4l2.Fract{Numerator: 1000, Denominator: 30000}},
		{"no list, asked", nil, 29.97, v4l2.Fract{Numerator: 1000, Denominator: 29970}},
	} {
		if got := pickInterval(test.offered, test.fps); got != test.want {
			t.Errorf("%s: picked %v, want %v", test.name, got, test.want)
		}
	}
}

// offer makes an offer of a format's sizes, each {width, height, rates...}.
func offer(t *testing.T, code string, sizes ...[]uint32) v4l2Offer {
	t.Helper()
	format, ok := formatOf(fourCCOf(code))
	if !ok {
		t.Fatalf("%s cannot be shown", code)
	}
	o := v4l2Offer{v4l2Format: format}
	for _, s := range sizes {
		size := v4l2Size{FrameSize: discrete([2]uint32{s[0], s[1]})[0]}
		for _, fps := range s[2:] {
			size.intervals = append(size.intervals, v4l2.Fract{Numerator: 1, Denominator: fps})
		}
		o.sizes = append(o.sizes, size)
	}
	return o
}

func TestPickMode(t *testing.T) {
	mjpeg := offer(t, "MJPG", []uint32{640, 480, 30}, []uint32{1280, 720, 30, 60}, []uint32{1920, 1080, 30})
	yuyv := offer(t, "YUYV", []uint32{320, 240, 30}, []uint32{640, 480, 15, 30}, []uint32{1280, 720, 10}, []uint32{2304, 1536, 2})
	nv12 := offer(t, "NV12", []uint32{800, 600, 25}, []uint32{1280, 720, 10})
	grey := offer(t, "GREY", []uint32{640, 400, 30})
	slow := offer(t, "YUYV", []uint32{320, 240, 15}, []uint32{640, 480, 5})
	silent := offer(t, "YUYV", []uint32{640, 480}, []uint32{1280, 720})
	scaler := v4l2Offer{v4l2Format: yuyv.v4l2Format, sizes: []v4l2Size{{FrameSize: v4l2.FrameSize{MinWidth: 32, MaxWidth: 4096, StepWidth: 2, MinHeight: 32, MaxHeight: 4096, StepHeight: 2}}}}
	for _, test := range []struct {
		name   string
		offers []v4l2Offer
		want   Mode
		picked Mode
	}{
		{"JPEG before raw", []v4l2Offer{mjpeg, yuyv}, Mode{}, Mode{Format: "MJPG", Width: 1280, Height: 720}},
		{"raw alone, at a rate", []v4l2Offer{yuyv}, Mode{}, Mode{Format: "YUYV", Width: 640, Height: 480}},
		{"the largest of all raw formats at a rate", []v4l2Offer{yuyv, nv12}, Mode{}, Mode{Format: "NV12", Width: 800, Height: 600}},
		{"a low rate lets a larger size in", []v4l2Offer{yuyv, nv12}, Mode{FPS: 10}, Mode{Format: "YUYV", Width: 1280, Height: 720}},
		{"a high rate only at smaller sizes", []v4l2Offer{mjpeg, yuyv}, Mode{FPS: 60}, Mode{Format: "MJPG", Width: 1280, Height: 720}},
		{"all slow", []v4l2Offer{slow}, Mode{}, Mode{Format: "YUYV", Width: 640, Height: 480}},
		{"no rates listed", []v4l2Offer{silent}, Mode{}, Mode{Format: "YUYV", Width: 1280, Height: 720}},
		{"nothing listed", []v4l2Offer{offer(t, "JPEG"), offer(t, "YUYV")}, Mode{}, Mode{Format: "JPEG", Width: 1280, Height: 720}},
		{"any size", []v4l2Offer{scaler}, Mode{}, Mode{Format: "YUYV", Width: 1280, Height: 720}},
		{"the size asked, JPEG first", []v4l2Offer{mjpeg, yuyv}, Mode{Width: 640, Height: 480}, Mode{Format: "MJPG", Width: 640, Height: 480}},
		{"the size asked, raw only", []v4l2Offer{mjpeg, yuyv}, Mode{Width: 320, Height: 240}, Mode{Format: "YUYV", Width: 320, Height: 240}},
		{"the nearest size of all", []v4l2Offer{mjpeg, yuyv, nv12}, Mode{Width: 801, Height: 601}, Mode{Format: "NV12", Width: 800, Height: 600}},
		{"a slow size that is asked", []v4l2Offer{yuyv}, Mode{Width: 1280, Height: 720}, Mode{Format: "YUYV", Width: 1280, Height: 720}},
		{"a format asked", []v4l2Offer{mjpeg, yuyv}, Mode{Format: "yuyv"}, Mode{Format: "YUYV", Width: 640, Height: 480}},
		{"a format and a size asked", []v4l2Offer{mjpeg, yuyv}, Mode{Format: "YUYV", Width: 1920, Height: 1080}, Mode{Format: "YUYV", Width: 2304, Height: 1536}},
		{"a format that is not offered", []v4l2Offer{mjpeg, yuyv}, Mode{Format: "NV12"}, Mode{Format: "MJPG", Width: 1280, Height: 720}},
		{"grey behind colour", []v4l2Offer{slow, grey}, Mode{}, Mode{Format: "YUYV", Width: 640, Height: 480}},
		{"grey behind colour, its size asked", []v4l2Offer{slow, grey}, Mode{Width: 640, Height: 400}, Mode{Format: "YUYV", Width: 640, Height: 480}},
		{"grey asked", []v4l2Offer{slow, grey}, Mode{Format: "GREY"}, Mode{Format: "GREY", Width: 640, Height: 400}},
		{"grey alone", []v4l2Offer{grey}, Mode{Width: 640, Height: 480}, Mode{Format: "GREY", Width: 640, Height: 400}},
	} {
		format, width, height := pickMode(test.offers, test.want)
		if got := (Mode{Format: fourCC(format.code), Width: int(width), Height: int(height)}); got != test.picked {
			t.Errorf("%s: picked %+v, want %+v", test.name, got, test.picked)
		}
	}
}

func TestModesAreListedBestFirst(t *testing.T) {
	offers := []v4l2Offer{
		offer(t, "MJPG", []uint32{640, 480, 30}, []uint32{1280, 720, 15, 30, 60}, []uint32{1920, 1080, 30}),
		offer(t, "YUYV", []uint32{640, 480, 15, 30}, []uint32{1280, 720, 10}),
		offer(t, "NV12", []uint32{640, 480}),
		offer(t, "GREY", []uint32{1280, 720, 30}),
		{v4l2Format: v4l2Formats[len(v4l2Formats)-1], sizes: []v4l2Size{{FrameSize: v4l2.FrameSize{MinWidth: 400, MaxWidth: 1300, MinHeight: 16, MaxHeight: 4000}}}},
	}
	var modes []Mode
	for _, o := range offers {
		modes = append(modes, o.modes()...)
	}
	sortModes(modes)
	of := func(format string, width, height int, fps float64) Mode {
		return Mode{Format: format, Width: width, Height: height, FPS: fps}
	}
	want := []Mode{
		of("MJPG", 1280, 720, 30), of("MJPG", 1280, 720, 60), of("MJPG", 640, 480, 30), of("MJPG", 1280, 720, 15), of("MJPG", 1920, 1080, 30),
		of("YUYV", 640, 480, 30), of("NV12", 640, 480, 0), of("YUYV", 1280, 720, 10), of("YUYV", 640, 480, 15),
		of("GREY", 1280, 720, 30), of("GREY", 1280, 720, 0), of("GREY", 800, 600, 0), of("GREY", 640, 480, 0),
	}
	if !slices.Equal(modes, want) {
		t.Errorf("got  %v\nwant %v", modes, want)
	}
}

// TestRawPicturesAreDistrusted: one that was cut short is dropped, and a format
// that cannot be encoded at all is an error.
func TestRawPicturesAreDistrusted(t *testing.T) {
	const width, height, stride = 32, 16, 80
	yuyv, _ := formatOf(v4l2.PixelFmtYUYV)
	agreed := v4l2Agreed{v4l2Format: yuyv, Mode: Mode{Format: "YUYV", Width: width, Height: height}, stride: stride, bytes: stride * height}
	picture := slices.Repeat([]byte{200, 128}, stride/2*height)
	for y := range height { // what is behind a line must not show
		copy(picture[y*stride+2*width:(y+1)*stride], make([]byte, stride-2*width))
	}
	timed := 0
	usual := Want{Encoded: func(took time.Duration) { timed++ }}
	whole, err := agreed.jpeg(picture, usual)
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
		if got, err := agreed.jpeg(picture[:length], usual); err != nil || len(got) != 0 {
			t.Errorf("%d bytes of %d made a picture of %d, %v", length, len(picture), len(got), err)
		}
	}
	if low, err := agreed.jpeg(picture, Want{Quality: 10}); err != nil || bytes.Equal(low, whole) {
		t.Errorf("the quality makes no difference; %v", err)
	}
	agreed.Width = 31
	if _, err := agreed.jpeg(picture, usual); err == nil || !strings.Contains(err.Error(), "making a JPEG of a YUYV picture") {
		t.Errorf("a width that cannot be: %v", err)
	}
	mjpeg, _ := formatOf(v4l2.PixelFmtMJPEG)
	agreed.v4l2Format = mjpeg
	if got, err := agreed.jpeg(picture[:7], usual); err != nil || &got[0] != &picture[0] || len(got) != 7 {
		t.Error("the camera's own JPEG was touched")
	}
	if timed != 1 {
		t.Errorf("told of %d pictures encoded, want 1", timed)
	}
}

func TestUndecodedFormatsAreNamed(t *testing.T) {
	of := func(formats ...v4l2.FourCCType) (offered []v4l2.FormatDescription) {
		for _, f := range formats {
			offered = append(offered, v4l2.FormatDescription{PixelFormat: f})
		}
		return offered
	}
	for _, test := range []struct {
		offered []v4l2.FormatDescription
		want    string
	}{
		{of(v4l2.PixelFmtH264), "Cam delivers only H264 pictures, which Fanlight has no decoder for: choose another camera"},
		{of(fourCCOf("Y16 ")|1<<31, fourCCOf("BA81"), fourCCOf("Y10 "), v4l2.PixelFmtH264), "only Y16-BE, BA81, Y10 and similar pictures"},
		{nil, "Cam names no picture format at all"},
	} {
		got := v4l2Camera{name: "Cam"}.explain(fmt.Errorf("wrapped: %w", &undecodedError{test.offered}))
		if !strings.Contains(got.Error(), test.want) {
			t.Errorf("%q, want %q", got, test.want)
		}
	}
}

func TestV4L2Name(t *testing.T) {
	for _, test := range []struct{ card, product, want string }{
		{"HD Pro Webcam C920: HD Pro Webc", "HD Pro Webcam C920", "HD Pro Webcam C920"},
		{"HD Pro Webcam C920", "HD Pro Webcam C920", "HD Pro Webcam C920"},
		{"USB Camera: USB Camera", "", "USB Camera"},
		{"Camera: Camera Front", "", "Camera"},
		{"A camera whose name does not fit", "A camera whose name does not fit in", "A camera whose name does not fit in"},
		{"Integrated Camera: Integrated I", "Integrated Camera", "Integrated Camera: Integrated I"},
		{"vivid", "", "vivid"},
		{"UVC Camera (046d:0825)", "", "UVC Camera (046d:0825)"},
		{"", "", "Camera"},
	} {
		if got := v4l2Name(test.card, test.product); got != test.want {
			t.Errorf("%q of product %q became %q, want %q", test.card, test.product, got, test.want)
		}
	}
}

// fakeSystem builds the parts of /sys and /dev that the driver reads.
type fakeSystem struct {
	t    *testing.T
	root string
}

func newFakeSystem(t *testing.T) (fakeSystem, *v4l2System) {
	root := t.TempDir()
	f := fakeSystem{t, root}
	f.must(os.MkdirAll(filepath.Join(root, "class"), 0o755))
	f.must(os.MkdirAll(filepath.Join(root, "dev/v4l/by-id"), 0o755))
	return f, newV4L2System(filepath.Join(root, "class"), filepath.Join(root, "dev"))
}

func (f fakeSystem) must(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

func (f fakeSystem) attributes(dir string, attributes map[string]string) {
	f.must(os.MkdirAll(filepath.Join(f.root, dir), 0o755))
	for name, value := range attributes {
		f.must(os.WriteFile(filepath.Join(f.root, dir, name), []byte(value+"\n"), 0o644))
	}
}

// usb plugs in a USB device such as "usb1/1-2" with its attributes.
func (f fakeSystem) usb(port string, attributes map[string]string) {
	f.attributes("devices/pci0000:00/"+port, attributes)
}

// node adds /dev/videoN, belonging to a device of /sys/devices.
func (f fakeSystem) node(name, index, label, device string) {
	dir := "devices/virtual/video4linux/" + name
	if device != "" {
		dir = "devices/" + device + "/video4linux/" + name
	}
	f.attributes(dir, map[string]string{"index": index, "name": label})
	if device != "" {
		f.must(os.Symlink("../..", filepath.Join(f.root, dir, "device")))
	}
	f.must(os.Symlink(filepath.Join(f.root, dir), filepath.Join(f.root, "class", name)))
	f.must(os.WriteFile(filepath.Join(f.root, "dev", name), nil, 0o644))
}

func (f fakeSystem) link(id, node string) {
	f.must(os.Symlink("../../"+node, filepath.Join(f.root, "dev/v4l/by-id", id)))
}

func TestNodeIDs(t *testing.T) {
	f, system := newFakeSystem(t)
	f.usb("usb1/1-2", map[string]string{"idVendor": "046d", "idProduct": "082d", "product": "HD Pro Webcam C920", "serial": "2B5C"})
	f.node("video0", "0", "HD Pro Webcam C920: HD Pro Webc", "pci0000:00/usb1/1-2/1-2:1.0")
	f.node("video1", "1", "HD Pro Webcam C920: HD Pro Webc", "pci0000:00/usb1/1-2/1-2:1.0")

	f.usb("usb1/1-3", map[string]string{"idVendor": "1bcf", "idProduct": "2c99", "manufacturer": "Sonix  Co., Ltd/", "serial": "bad,\x01"})
	f.node("video2", "0", "UVC Camera (1bcf:2c99)", "pci0000:00/usb1/1-3/1-3:1.0")

	f.usb("usb1/1-4", map[string]string{"idVendor": "0c45", "idProduct": "6366", "product": "Microscope"})
	f.node("video3", "0", "Microscope", "pci0000:00/usb1/1-4/1-4:1.0")
	f.link("usb-Named_by_udev-video-index0", "video3")

	for _, port := range []string{"1-5", "1-6"} {
		f.usb("usb1/"+port, map[string]string{"idVendor": "0c45", "idProduct": "6366", "product": "Twin"})
	}
	f.node("video10", "0", "Twin", "pci0000:00/usb1/1-5/1-5:1.0")
	f.node("video11", "0", "Twin", "pci0000:00/usb1/1-6/1-6:1.0")
	f.link("usb-0c45_Twin-video-index0", "video11") // udev has one link for both

	f.attributes("devices/platform/vivid.0", nil)
	f.must(os.Symlink("../../../bus/platform", filepath.Join(f.root, "devices/platform/vivid.0/subsystem")))
	f.node("video20", "0", "vivid-000-vid-cap", "platform/vivid.0")
	f.node("video21", "0", "OBS Virtual Camera", "")
	f.node("vbi0", "0", "not a camera", "platform/vivid.0")

	nodes, err := system.nodes()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, n := range nodes {
		got[filepath.Base(n.path)] = n.id
	}
	want := map[string]string{
		"video0":  "usb-046d_HD_Pro_Webcam_C920_2B5C-video-index0",
		"video1":  "usb-046d_HD_Pro_Webcam_C920_2B5C-video-index1",
		"video2":  "usb-Sonix_Co.__Ltd__2c99-video-index0",
		"video3":  "usb-Named_by_udev-video-index0",
		"video10": "usb-0c45_Twin-video-index0@1-5:1.0",
		"video11": "usb-0c45_Twin-video-index0@1-6:1.0",
		"video20": "platform-vivid.0-video-index0",
		"video21": "virtual-OBS_Virtual_Camera-video-index0",
	}
	for node, id := range want {
		if got[node] != id {
			t.Errorf("%s is %q, want %q", node, got[node], id)
		}
	}
	if len(got) != len(want) {
		t.Errorf("found %v", got)
	}
}

func TestNodeAnswersToAllItsNames(t *testing.T) {
	f, system := newFakeSystem(t)
	f.usb("usb1/1-4", map[string]string{"idVendor": "0c45", "idProduct": "6366", "product": "Microscope"})
	f.node("video3", "0", "Microscope", "pci0000:00/usb1/1-4/1-4:1.0")
	f.link("usb-Named_by_udev-video-index0", "video3")
	nodes, err := system.nodes()
	if err != nil || len(nodes) != 1 {
		t.Fatal(nodes, err)
	}
	for name, want := range map[string]bool{
		"usb-Named_by_udev-video-index0":         true,
		"usb-Named_by_udev-video-index0@1-4:1.0": true, // from when it had a twin
		"usb-0c45_Microscope-video-index0":       true, // from before udev had named it
		"video3":                                 true,
		filepath.Join(system.dev, "video3"):      true,
		filepath.Join(system.dev, "v4l/by-id/usb-Named_by_udev-video-index0"): true,
		"": false, "video": false, "video30": false, "Microscope": false, filepath.Join(system.dev, "video4"): false,
	} {
		if got := nodes[0].answersTo(name); got != want {
			t.Errorf("answers to %q: %v", name, got)
		}
	}
}

func TestCameraIsFoundAgain(t *testing.T) {
	at := func(path, base, place string, twin bool) v4l2Node {
		n := v4l2Node{path: path, id: base, base: base, made: base, place: place}
		if twin {
			n.id += "@" + place
		}
		return n
	}
	for _, test := range []struct {
		name string
		was  v4l2Node
		now  []v4l2Node
		path string // empty: unplugged
	}{
		{"under another number", at("/dev/video0", "a", "1-1", false), []v4l2Node{at("/dev/video0", "b", "1-1", false), at("/dev/video1", "a", "1-1", false)}, "/dev/video1"},
		{"in another socket", at("/dev/video0", "a", "1-1", false), []v4l2Node{at("/dev/video5", "a", "2-4", false)}, "/dev/video5"},
		{"beside a twin that came later", at("/dev/video0", "a", "1-2", false), []v4l2Node{at("/dev/video1", "a", "1-1", true), at("/dev/video0", "a", "1-2", true)}, "/dev/video0"},
		{"a twin after the other has left", at("/dev/video0", "a", "1-2", true), []v4l2Node{at("/dev/video1", "a", "1-2", false)}, "/dev/video1"},
		{"a twin is not its twin", at("/dev/video0", "a", "1-2", true), []v4l2Node{at("/dev/video1", "a", "1-1", false)}, ""},
		{"unplugged", at("/dev/video0", "a", "1-1", false), []v4l2Node{at("/dev/video0", "b", "1-1", false)}, ""},
		{"nothing left", at("/dev/video0", "a", "1-1", false), nil, ""},
	} {
		got, err := test.was.again(test.now)
		if got.path != test.path || (err != nil) != (test.path == "") || err != nil && !errors.Is(err, syscall.ENODEV) {
			t.Errorf("%s: found %q, %v", test.name, got.path, err)
		}
	}
	named := v4l2Node{id: "from udev", base: "from udev", made: "a"}
	if got, err := named.again([]v4l2Node{at("/dev/video0", "a", "1-1", false)}); err != nil || got.path != "/dev/video0" {
		t.Errorf("before udev has made the link: %q, %v", got.path, err)
	}
}

// unplug takes a node away again.
func (f fakeSystem) unplug(name string) {
	f.must(os.Remove(filepath.Join(f.root, "class", name)))
	f.must(os.Remove(filepath.Join(f.root, "dev", name)))
}

// twin plugs in a camera without a serial number.
func (f fakeSystem) twin(port, node string) {
	f.usb("usb1/"+port, map[string]string{"idVendor": "0c45", "idProduct": "6366", "product": "Twin"})
	f.node(node, "0", "Twin", "pci0000:00/usb1/"+port+"/"+port+":1.0")
}

func TestTwinIsNotTaken(t *testing.T) {
	for _, test := range []struct {
		name string
		// after is what happens once the camera in socket 1-1, video0, was listed alone.
		after func(f fakeSystem, system *v4l2System, camera v4l2Node)
		found string // empty: unplugged
	}{
		{"in another socket", func(f fakeSystem, system *v4l2System, camera v4l2Node) {
			f.unplug("video0")
			system.parted(camera)
			f.twin("1-2", "video1")
		}, "video1"},
		{"beside a twin", func(f fakeSystem, system *v4l2System, camera v4l2Node) {
			f.twin("1-2", "video1")
		}, "video0"},
		{"a twin that was listed", func(f fakeSystem, system *v4l2System, camera v4l2Node) {
			f.twin("1-2", "video1")
			system.nodes()
			f.unplug("video0")
		}, ""},
		{"a twin that nobody listed", func(f fakeSystem, system *v4l2System, camera v4l2Node) {
			f.twin("1-2", "video1")
			f.unplug("video0")
			system.parted(camera)
		}, ""},
		{"back under another number, beside the twin", func(f fakeSystem, system *v4l2System, camera v4l2Node) {
			f.twin("1-2", "video1")
			f.unplug("video0")
			system.parted(camera)
			f.must(os.RemoveAll(filepath.Join(f.root, "devices")))
			f.unplug("video1")
			f.twin("1-2", "video0")
			f.twin("1-1", "video7")
		}, "video7"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f, system := newFakeSystem(t)
			f.twin("1-1", "video0")
			nodes, err := system.nodes()
			if err != nil || len(nodes) != 1 {
				t.Fatal(nodes, err)
			}
			test.after(f, system, nodes[0])
			got, err := system.find(nodes[0])
			if test.found == "" {
				if !errors.Is(err, syscall.ENODEV) {
					t.Errorf("took %q, %v", got.path, err)
				}
			} else if err != nil || filepath.Base(got.path) != test.found {
				t.Errorf("found %q, %v, want %s", got.path, err, test.found)
			}
		})
	}
}

func TestListingAsksANodeOnceAfterItWasPluggedIn(t *testing.T) {
	f, system := newFakeSystem(t)
	var asked []string
	answer := error(nil)
	system.captures = func(path string) (string, bool, error) {
		asked = append(asked, filepath.Base(path))
		return "Card of " + filepath.Base(path), !strings.HasSuffix(path, "1"), answer
	}
	listing := func(when string, wantAsked, wantNames []string) {
		t.Helper()
		asked = nil
		cameras, err := system.list(t.Context(), "")
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, c := range cameras {
			names = append(names, c.Name)
		}
		if !slices.Equal(asked, wantAsked) || !slices.Equal(names, wantNames) {
			t.Errorf("%s: asked %q, want %q; listed %q, want %q", when, asked, wantAsked, names, wantNames)
		}
	}
	f.usb("usb1/1-2", map[string]string{"idVendor": "046d", "idProduct": "082d", "product": "C920"})
	f.node("video0", "0", "C920", "pci0000:00/usb1/1-2/1-2:1.0")
	f.node("video1", "1", "C920", "pci0000:00/usb1/1-2/1-2:1.0")

	answer = &fs.PathError{Op: "open", Path: "video0", Err: syscall.EACCES}
	listing("no permission yet", []string{"video0", "video1"}, []string{"C920"})
	answer = nil
	listing("with permission", []string{"video0", "video1"}, []string{"Card of video0"})
	listing("again", nil, []string{"Card of video0"})

	f.unplug("video0")
	listing("unplugged", nil, nil)
	f.must(os.RemoveAll(filepath.Join(f.root, "devices/pci0000:00/usb1/1-2/1-2:1.0/video4linux/video0")))
	f.node("video0", "0", "C920", "pci0000:00/usb1/1-2/1-2:1.0")
	listing("plugged in again", []string{"video0"}, []string{"Card of video0"})
	listing("and again", nil, []string{"Card of video0"})

	f.node("video7", "0", "Loopback", "")
	listing("made by software", []string{"video7"}, []string{"Card of video0", "Card of video7"})
	listing("made by software, again", []string{"video7"}, []string{"Card of video0", "Card of video7"})
}

func TestControlName(t *testing.T) {
	for label, want := range map[string]string{
		"Power Line Frequency":     "power_line_frequency",
		"White Balance, Automatic": "white_balance_automatic",
		"(Zoom) 2x -- fast!":       "zoom_2x_fast",
		"Blendenöffnung":           "blenden_ffnung",
		"---":                      "",
	} {
		if got := controlName(label); got != want {
			t.Errorf("%q became %q, want %q", label, got, want)
		}
	}
}

// TestWantedControlsAreSetBehindTheirAutomatic: the camera has a value before the
// switch of the automatic that overrules it, and either refuses or forgets it.
func TestWantedControlsAreSetBehindTheirAutomatic(t *testing.T) {
	const focus, auto, gain, broken = 1, 2, 3, 4
	controls := []v4l2Control{
		{Control{Name: "focus", Max: 100}, focus}, {Control{Name: "auto", Max: 1}, auto},
		{Control{Name: "gain", Max: 10}, gain}, {Control{Name: "broken", Max: 10}, broken},
	}
	for _, refuses := range []bool{true, false} {
		values := map[v4l2.CtrlID]int{focus: 7, auto: 1, gain: 5}
		sets := 0
		value := func(id v4l2.CtrlID) (int, error) {
			if id == broken {
				return 0, syscall.EIO
			}
			return values[id], nil
		}
		set := func(id v4l2.CtrlID, value int) error {
			sets++
			switch {
			case id == broken:
				return syscall.EIO
			case id == focus && values[auto] == 1 && refuses:
				return syscall.EACCES
			case id == focus && values[auto] == 1:
				return nil
			}
			values[id] = value
			return nil
		}
		wanted := map[string]int{"focus": 40, "auto": 0, "gain": 11, "unheard_of": 1, "broken": 3}
		setAll(t.Context(), controls, wanted, value, set)
		if values[focus] != 40 || values[auto] != 0 || values[gain] != 5 {
			t.Errorf("refuses %v: the camera has %v", refuses, values)
		}
		if sets != 5 { // focus twice, the switch once, and broken twice
			t.Errorf("refuses %v: %d settings", refuses, sets)
		}
		sets = 0
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		if setAll(ended, controls, map[string]int{"gain": 9}, value, set); sets != 0 {
			t.Error("a control was set after the context's end")
		}
	}
}

func TestRefusedControlsSayWhatIsAllowed(t *testing.T) {
	cam := v4l2Camera{name: "Cam"}
	brightness := v4l2Control{Control{Name: "brightness", Kind: Range, Min: -64, Max: 64, Step: 1}, 1}
	mute := v4l2Control{Control{Name: "mute", Kind: Toggle, Max: 1}, 2}
	lamps := v4l2Control{Control{Name: "power_line_frequency", Kind: Menu, Max: 2, Items: []MenuItem{{Value: 0, Label: "Disabled"}, {Value: 2, Label: "60 Hz"}}}, 3}
	overruled := brightness
	overruled.Inactive = true
	_, unknown := cam.choose([]v4l2Control{brightness, mute}, "colour")
	_, none := cam.choose(nil, "colour")
	for _, test := range []struct {
		err  error
		want string
	}{
		{cam.check(brightness, 64), ""},
		{cam.check(brightness, -65), "brightness of Cam cannot be -65: choose a value from -64 to 64"},
		{cam.check(mute, 1), ""},
		{cam.check(mute, 2), "mute of Cam cannot be 2: choose 0 (off) or 1 (on)"},
		{cam.check(lamps, 2), ""},
		{cam.check(lamps, 1), "power_line_frequency of Cam cannot be 1: choose one of 0 (Disabled), 2 (60 Hz)"},
		{unknown, `Cam has no control "colour": choose one of brightness, mute`},
		{none, "Cam has no controls that could be set"},
		{cam.refused(brightness, 3, v4l2.ErrorBadArgument), "Cam does not take 3 for brightness (bad argument error): try another value"},
		{cam.refused(brightness, 3, syscall.EACCES), "brightness of Cam cannot be set while another setting overrules it: turn the automatic off first"},
		{cam.refused(overruled, 3, v4l2.ErrorSystem), "brightness of Cam cannot be set while another setting overrules it"},
	} {
		if test.want == "" && test.err == nil {
			continue
		}
		if test.err == nil || test.want == "" {
			t.Errorf("got %v, want %q", test.err, test.want)
		} else if got := cam.explain(test.err).Error(); !strings.Contains(got, test.want) {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
}

func TestTellApart(t *testing.T) {
	camera := func(name, serial, product, place string) v4l2Camera {
		return v4l2Camera{name: name, node: v4l2Node{serial: serial, product: product, place: place}}
	}
	cameras := []v4l2Camera{
		camera("C920", "AAAA", "C920", "1-1:1.0"),
		camera("C920", "BBBB", "C920", "1-2:1.0"),
		camera("Cheap", "0001", "Cheap", "1-3:1.0"),
		camera("Cheap", "0001", "Cheap", "1-4:1.0"),
		camera("Cheap", "", "Cheap", "1-5:1.0"),
		camera("vivid", "", "", "vivid-000-vid-cap"),
		camera("vivid", "", "", "vivid-001-vid-cap"),
		camera("Alone", "CCCC", "Alone", "1-6:1.0"),
	}
	tellApart(cameras)
	want := []string{
		"C920 (AAAA)", "C920 (BBBB)",
		"Cheap (USB 1-3:1.0)", "Cheap (USB 1-4:1.0)", "Cheap (USB 1-5:1.0)",
		"vivid (vivid-000-vid-cap)", "vivid (vivid-001-vid-cap)",
		"Alone",
	}
	var got []string
	for _, c := range cameras {
		got = append(got, c.name)
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

func TestHoldersFindsThisProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "node")
	if found := holders("/proc", path); found != nil {
		t.Fatalf("held before it is open, by %q", found)
	}
	for range 2 { // twice, and yet named once
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
	}
	comm, err := os.ReadFile("/proc/self/comm")
	if err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("%s (pid %d)", strings.TrimSpace(string(comm)), os.Getpid())
	if found := holders("/proc", path); !slices.Equal(found, []string{want}) {
		t.Errorf("found %q, want %q", found, want)
	}
}

func TestExplain(t *testing.T) {
	held := filepath.Join(t.TempDir(), "held")
	f, err := os.Create(held)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	free := filepath.Join(t.TempDir(), "free")

	for _, test := range []struct {
		path  string
		cause error
		want  string
	}{
		{free, syscall.ENODEV, "Cam is unplugged: plug it in again and the picture comes back"},
		{free, &fs.PathError{Op: "open", Path: free, Err: syscall.ENOENT}, "Cam is unplugged"},
		{free, &fs.PathError{Op: "open", Path: free, Err: syscall.ENXIO}, "Cam is unplugged"},
		{free, syscall.EBUSY, "Cam is used by another program: close it there; Fanlight goes on trying"},
		{held, syscall.EBUSY, fmt.Sprintf("(pid %d): close it there", os.Getpid())},
		{free, syscall.EACCES, "No permission to open Cam (" + free + "): let yourself in with: sudo setfacl -m u:$USER:rw " + free},
		{free, syscall.ENOSPC, "Cam finds no room on its USB bus"},
		{free, v4l2.ErrorSystem, "Cam does not work (wrapped: system error): unplug it"},
	} {
		cause := fmt.Errorf("wrapped: %w", test.cause)
		got := v4l2Camera{name: "Cam", node: v4l2Node{path: test.path}}.explain(cause)
		if !strings.Contains(got.Error(), test.want) {
			t.Errorf("%v: %q\nwant %q", test.cause, got, test.want)
		}
		if !errors.Is(got, test.cause) {
			t.Errorf("%q lost its cause %v", got, test.cause)
		}
		if unplugged := strings.Contains(test.want, "is unplugged"); errors.Is(got, ErrUnplugged) != unplugged {
			t.Errorf("%q is ErrUnplugged: %v", got, !unplugged)
		}
	}
}

func TestPermissionHintNamesTheGroup(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("needs root, to give a file to the group video")
	}
	path := filepath.Join(t.TempDir(), "node")
	if err := os.WriteFile(path, nil, 0o660); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o660); err != nil { // which a umask does not narrow
		t.Fatal(err)
	}
	const video = 44 // in Debian's base-passwd, as in most distributions
	if err := os.Chown(path, 0, video); err != nil {
		t.Fatal(err)
	}
	const want = "add yourself to the group video with: sudo usermod -aG video $USER, then log in again"
	if got := permissionHint(path); got != want {
		t.Errorf("got %q", got)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := permissionHint(path); strings.Contains(got, "group") {
		t.Errorf("the group may not use the node, but: %q", got)
	}
}

// TestDeepStackStaysPut measures what deep is there for: a local variable in a
// call from any depth keeps its address while the call goes deeper and garbage
// is collected. Without deep it does not, which proves the measure.
func TestDeepStackStaysPut(t *testing.T) {
	moves := func(around func(func())) (n int) {
		for depth := range 100 {
			moved := make(chan bool)
			go func() { // for a fresh, small stack
				var m bool
				descend(depth, func() { around(func() { m = movesMeanwhile() }) })
				moved <- m
			}()
			if <-moved {
				n++
			}
		}
		return n
	}
	if n := moves(func(call func()) { call() }); n == 0 {
		t.Error("no stack moved even without deep: this test proves nothing")
	}
	if n := moves(deep); n != 0 {
		t.Errorf("the stack moved in %d of 100 calls", n)
	}
}

//go:noinline
func descend(steps int, then func()) {
	var frame [512]byte
	if steps == 0 {
		then()
	} else {
		descend(steps-1, then)
	}
	runtime.KeepAlive(&frame)
}

//go:noinline
func movesMeanwhile() bool {
	var variable byte
	before := uintptr(unsafe.Pointer(&variable))
	descend(20, func() {}) // deeper than any call of go4vl
	runtime.GC()
	return uintptr(unsafe.Pointer(&variable)) != before
}
