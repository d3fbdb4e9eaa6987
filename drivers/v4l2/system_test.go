//go:build linux

package v4l2

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

func TestCameraIsFoundAgain(t *testing.T) {
	at := func(path, base, place string, twin bool) node {
		n := node{path: path, id: base, base: base, made: base, place: place}
		if twin {
			n.id += "@" + place
		}
		return n
	}
	for _, test := range []struct {
		name string
		was  node
		now  []node
		path string // empty: unplugged
	}{
		{"under another number", at("/dev/video0", "a", "1-1", false), []node{at("/dev/video0", "b", "1-1", false), at("/dev/video1", "a", "1-1", false)}, "/dev/video1"},
		{"in another socket", at("/dev/video0", "a", "1-1", false), []node{at("/dev/video5", "a", "2-4", false)}, "/dev/video5"},
		{"beside a twin that came later", at("/dev/video0", "a", "1-2", false), []node{at("/dev/video1", "a", "1-1", true), at("/dev/video0", "a", "1-2", true)}, "/dev/video0"},
		{"a twin after the other has left", at("/dev/video0", "a", "1-2", true), []node{at("/dev/video1", "a", "1-2", false)}, "/dev/video1"},
		{"a twin is not its twin", at("/dev/video0", "a", "1-2", true), []node{at("/dev/video1", "a", "1-1", false)}, ""},
		{"unplugged", at("/dev/video0", "a", "1-1", false), []node{at("/dev/video0", "b", "1-1", false)}, ""},
		{"nothing left", at("/dev/video0", "a", "1-1", false), nil, ""},
	} {
		got, err := test.was.again(test.now)
		if got.path != test.path || (err != nil) != (test.path == "") || err != nil && !errors.Is(err, syscall.ENODEV) {
			t.Errorf("%s: found %q, %v", test.name, got.path, err)
		}
	}
	named := node{id: "from udev", base: "from udev", made: "a"}
	if got, err := named.again([]node{at("/dev/video0", "a", "1-1", false)}); err != nil || got.path != "/dev/video0" {
		t.Errorf("before udev has made the link: %q, %v", got.path, err)
	}
}

func TestTwinIsNotTaken(t *testing.T) {
	for _, test := range []struct {
		name string
		// after is what happens once the camera in socket 1-1, video0, was listed alone.
		after func(f fakeSystem, system *System, camera node)
		found string // empty: unplugged
	}{
		{"in another socket", func(f fakeSystem, system *System, camera node) {
			f.unplug("video0")
			system.parted(camera)
			f.twin("1-2", "video1")
		}, "video1"},
		{"beside a twin", func(f fakeSystem, system *System, camera node) {
			f.twin("1-2", "video1")
		}, "video0"},
		{"a twin that was listed", func(f fakeSystem, system *System, camera node) {
			f.twin("1-2", "video1")
			system.nodes()
			f.unplug("video0")
		}, ""},
		{"a twin that nobody listed", func(f fakeSystem, system *System, camera node) {
			f.twin("1-2", "video1")
			f.unplug("video0")
			system.parted(camera)
		}, ""},
		{"back under another number, beside the twin", func(f fakeSystem, system *System, camera node) {
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
	failure := error(nil)
	system.ask = func(path string) (answer, error) {
		asked = append(asked, filepath.Base(path))
		return answer{card: "Card of " + filepath.Base(path), captures: !strings.HasSuffix(path, "1")}, failure
	}
	listing := func(when string, wantAsked, wantNames []string) {
		t.Helper()
		asked = nil
		cameras, _, err := system.List("")
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

	failure = &fs.PathError{Op: "open", Path: "video0", Err: syscall.EACCES}
	listing("no permission yet", []string{"video0", "video1"}, []string{"C920"})
	failure = nil
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
