//go:build linux

package drivers

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
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

func TestJPEGFormat(t *testing.T) {
	of := func(formats ...v4l2.FourCCType) (offered []v4l2.FormatDescription) {
		for _, f := range formats {
			d := v4l2.FormatDescription{PixelFormat: f}
			if f == v4l2.PixelFmtH264 {
				d.Flags = v4l2.FmtDescFlagCompressed
			}
			offered = append(offered, d)
		}
		return offered
	}
	for _, test := range []struct {
		offered []v4l2.FormatDescription
		want    v4l2.FourCCType
		refusal string
	}{
		{of(v4l2.PixelFmtYUYV, v4l2.PixelFmtMJPEG), v4l2.PixelFmtMJPEG, ""},
		{of(v4l2.PixelFmtJPEG, v4l2.PixelFmtMJPEG), v4l2.PixelFmtMJPEG, ""},
		{of(v4l2.PixelFmtJPEG), v4l2.PixelFmtJPEG, ""},
		{of(v4l2.PixelFmtYUYV), 0, "delivers only raw YUYV pictures, which Fanlight cannot show yet"},
		{of(v4l2.PixelFmtYUYV, v4l2.PixelFmtUYVY, v4l2.PixelFmtGrey, v4l2.PixelFmtRGB24), 0, "only raw YUYV, UYVY, GREY and similar pictures"},
		{of(v4l2.PixelFmtH264), 0, "delivers only H264 pictures"},
		{nil, 0, "no picture format at all"},
	} {
		got, err := jpegFormat(test.offered)
		if got != test.want || (err != nil) != (test.refusal != "") || err != nil && !strings.Contains(err.Error(), test.refusal) {
			t.Errorf("%v: got %x, %v; want %x, %q", test.offered, got, err, test.want, test.refusal)
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

func newFakeSystem(t *testing.T) (fakeSystem, v4l2System) {
	root := t.TempDir()
	f := fakeSystem{t, root}
	f.must(os.MkdirAll(filepath.Join(root, "class"), 0o755))
	f.must(os.MkdirAll(filepath.Join(root, "dev/v4l/by-id"), 0o755))
	return f, v4l2System{class: filepath.Join(root, "class"), dev: filepath.Join(root, "dev")}
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
