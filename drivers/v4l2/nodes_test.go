//go:build linux

package v4l2

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// fakeSystem builds the parts of /sys and /dev that the driver reads.
type fakeSystem struct {
	t    *testing.T
	root string
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

func newFakeSystem(t *testing.T) (fakeSystem, *System) {
	root := t.TempDir()
	f := fakeSystem{t, root}
	f.must(os.MkdirAll(filepath.Join(root, "class"), 0o755))
	f.must(os.MkdirAll(filepath.Join(root, "dev/v4l/by-id"), 0o755))
	return f, NewSystem(filepath.Join(root, "class"), filepath.Join(root, "dev"))
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

func TestCameraName(t *testing.T) {
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
		if got := cameraName(test.card, test.product); got != test.want {
			t.Errorf("%q of product %q became %q, want %q", test.card, test.product, got, test.want)
		}
	}
}

func TestTellApart(t *testing.T) {
	camera := func(name, serial, product, place string) listed {
		return listed{name: name, node: node{serial: serial, usb: product != "", product: product, place: place}}
	}
	cameras := []listed{
		camera("C920", "AAAA", "C920", "1-1:1.0"),
		camera("C920", "BBBB", "C920", "1-2:1.0"),
		camera("Cheap", "0001", "Cheap", "1-3:1.0"),
		camera("Cheap", "0001", "Cheap", "1-4:1.0"),
		camera("Cheap", "", "Cheap", "1-5:1.0"),
		camera("vivid", "", "", "vivid-000-vid-cap"),
		camera("vivid", "", "", "vivid-001-vid-cap"),
		camera("Alone", "CCCC", "Alone", "1-6:1.0"),
		camera("Twice", "DDDD", "Twice", "1-7:1.0"),
		camera("Twice", "DDDD", "Twice", "1-7:1.0"),
		camera("Eyes", "EEEE", "Eyes", "1-8:1.0"),
		camera("Eyes", "EEEE", "Eyes", "1-8:1.2"),
	}
	cameras[10].node.of, cameras[11].node.of = "Colour", "Infrared"
	tellApart(cameras)
	want := []string{
		"C920 (AAAA)", "C920 (BBBB)",
		"Cheap (USB 1-3:1.0)", "Cheap (USB 1-4:1.0)", "Cheap (USB 1-5:1.0)",
		"vivid (vivid-000-vid-cap)", "vivid (vivid-001-vid-cap)",
		"Alone",
		"Twice (USB 1-7:1.0)", "Twice (USB 1-7:1.0) (2)",
		"Eyes (Colour)", "Eyes (Infrared)",
	}
	var got []string
	for _, c := range cameras {
		got = append(got, c.name)
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}
