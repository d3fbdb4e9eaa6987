//go:build linux

package v4l2_test

import (
	"bytes"
	"context"
	"errors"
	"image/color"
	"image/jpeg"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fanlight/drivers"
	"fanlight/drivers/drivertest"
)

const vividID = "v4l2:platform-vivid.0-video-index0"

// raw320 spares the guest the drawing and the encoding of large pictures.
var raw320 = drivers.Want{Mode: drivers.Mode{Width: 320, Height: 180}}

// loadVivid brings up the kernel's test driver, which has some eighty raw formats
// and no JPEG; its nodes for output, VBI, radio and metadata are no cameras.
func loadVivid(t *testing.T, devices string, parameters ...string) {
	t.Helper()
	needGuest(t)
	arguments := append([]string{"modprobe", "vivid", "n_devs=" + devices}, parameters...)
	if out, err := tool(t.Context(), "busybox", arguments...); err != nil {
		t.Fatalf("loading vivid: %v %s", err, out)
	}
	t.Cleanup(func() {
		if out, err := tool(context.Background(), "busybox", "rmmod", "vivid"); err != nil {
			t.Errorf("unloading vivid: %v %s", err, out)
		}
	})
}

// vivid is the one vivid camera and its node.
func vivid(t *testing.T, parameters ...string) (camera drivers.Camera, node string) {
	t.Helper()
	loadVivid(t, "1", parameters...)
	node = vividNode(t)
	eventually(t, "vivid's camera", func() (found bool) {
		var err error
		camera, err = drivers.Find(t.Context(), vividID)
		return err == nil
	})
	return camera, node
}

// vividNode waits for the capture node that vivid makes first.
func vividNode(t *testing.T) (node string) {
	t.Helper()
	eventually(t, "vivid's capture node", func() bool {
		names, _ := filepath.Glob("/sys/class/video4linux/video*/name")
		for _, name := range names {
			if content, _ := os.ReadFile(name); strings.TrimSpace(string(content)) == "vivid-000-vid-cap" {
				node = "/dev/" + filepath.Base(filepath.Dir(name))
			}
		}
		_, err := os.Stat(node)
		return node != "" && err == nil
	})
	return node
}

// v4l2ctl sets or presses controls of a node from another process.
func v4l2ctl(t *testing.T, node string, arguments ...string) string {
	t.Helper()
	out, err := tool(t.Context(), "v4l2-ctl", append([]string{"-d", node}, arguments...)...)
	if err != nil {
		t.Fatalf("v4l2-ctl %q: %v %s", arguments, err, out)
	}
	return out
}

func TestGuestVividIsListed(t *testing.T) {
	loadVivid(t, "2")
	var ids, names []string
	eventually(t, "two vivid cameras", func() bool {
		ids, names = v4l2Cameras(t)
		return len(ids) >= 2
	})
	if want := []string{
		"v4l2:platform-vivid.0-video-index0@vivid-000-vid-cap",
		"v4l2:platform-vivid.0-video-index0@vivid-001-vid-cap",
	}; !slices.Equal(ids, want) {
		t.Errorf("listed %q, want %q", ids, want)
	}
	if want := []string{"vivid (vivid-000-vid-cap)", "vivid (vivid-001-vid-cap)"}; !slices.Equal(names, want) {
		t.Errorf("listed %q, want %q", names, want)
	}
}

func TestGuestVividKeepsTheContract(t *testing.T) {
	vivid(t)
	bind := func(t *testing.T, how string) {
		t.Helper()
		if err := os.WriteFile("/sys/bus/platform/drivers/vivid/"+how, []byte("vivid.0"), 0); err != nil {
			t.Fatal(err)
		}
	}
	drivertest.Run(t, drivertest.Subject{
		Choice: vividID,
		Want:   raw320,
		Unplug: func(t *testing.T) { bind(t, "unbind") },
		Plug: func(t *testing.T) {
			bind(t, "bind")
			vividNode(t)
		},
	})
}

// TestGuestRawColours captures vivid's colour bars in every raw format: a mix-up
// of U and V, or of red and blue, shows.
func TestGuestRawColours(t *testing.T) {
	camera, node := vivid(t)
	v4l2ctl(t, node, "-c", "test_pattern=1,osd_text_mode=2") // 100% colour bars, and no text on them
	modes, err := camera.Modes(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var formats []string
	for _, m := range modes {
		if !slices.Contains(formats, m.Format) {
			formats = append(formats, m.Format)
		}
	}
	slices.Sort(formats)
	if want := []string{
		"AB24", "AR24", "BGR3", "GREY", "NV12", "NV16", "NV21", "NV24", "RGB3", "UYVY", "XB24", "XR24", "YU12", "YUYV", "YV12", "YVYU",
	}; !slices.Equal(formats, want) {
		t.Errorf("vivid offers %q, want %q", formats, want)
	}
	for _, format := range formats {
		showsBars(t, camera, format, format)
	}
}

// bars are those that vivid draws, from left to right.
var bars = []color.RGBA{
	{255, 255, 255, 255}, {255, 255, 0, 255}, {0, 255, 255, 255}, {0, 255, 0, 255},
	{255, 0, 255, 255}, {255, 0, 0, 255}, {0, 0, 255, 255}, {0, 0, 0, 255},
}

// showsBars opens the camera in a format and looks at its bars.
func showsBars(t *testing.T, camera drivers.Camera, what, format string) {
	t.Helper()
	want := raw320
	want.Format = format
	var granted drivers.Mode
	want.Granted = func(m drivers.Mode) { granted = m }
	for picture, err := range camera.Frames(t.Context(), want) {
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if granted.Format != format || granted.Width != 320 || granted.Height != 180 {
			t.Errorf("%s: granted %+v", what, granted)
		}
		shown, err := jpeg.Decode(bytes.NewReader(picture.JPEG))
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		for i, bar := range bars {
			var want color.Color = bar
			if format == "GREY" {
				want = rec709(bar)
			}
			if got := shown.At(20+40*i, 90); !near(got, want) {
				t.Errorf("%s: bar %d is %v, want %v", what, i, color.RGBAModel.Convert(got), want)
			}
		}
		return
	}
}

// rec709 is the luma of Rec. 709, which vivid gives grey formats.
func rec709(c color.RGBA) color.Gray {
	return color.Gray{Y: uint8(0.2126*float64(c.R) + 0.7152*float64(c.G) + 0.0722*float64(c.B))}
}

// near allows for rounding and JPEG.
func near(a, b color.Color) bool {
	ar, ag, ab, _ := a.RGBA()
	br, bg, bb, _ := b.RGBA()
	for _, pair := range [][2]uint32{{ar, br}, {ag, bg}, {ab, bb}} {
		if difference := int(pair[0]>>8) - int(pair[1]>>8); difference < -24 || difference > 24 {
			return false
		}
	}
	return true
}

func TestGuestFailedOpensLeakNothing(t *testing.T) {
	camera, node := vivid(t)
	rawPicture(t, camera)
	before := openDescriptors(t)
	for range 3 {
		for _, fault := range []string{"inject_vidioc_reqbufs_error", "inject_vidioc_qbuf_error", "inject_vidioc_streamon_error"} {
			v4l2ctl(t, node, "-c", fault+"=0")
			if err := onlyFailure(t, camera); !strings.HasPrefix(err.Error(), "vivid does not work (") || errors.Is(err, drivers.ErrUnplugged) {
				t.Errorf("%s: %v", fault, err)
			}
			if after := openDescriptors(t); !slices.Equal(before, after) {
				t.Errorf("%s: descriptors before: %q\nafter: %q", fault, before, after)
			}
			rawPicture(t, camera)
		}
	}
}

func TestGuestBrokenStreamEndsInWordsAndIsReopened(t *testing.T) {
	camera, node := vivid(t)
	rawPicture(t, camera)
	before := openDescriptors(t)
	var failures []error
	pressed := false
	for picture, err := range camera.Frames(t.Context(), raw320) {
		if err != nil {
			failures = append(failures, err)
		} else if len(failures) > 0 || len(picture.JPEG) == 0 {
			t.Error("an empty picture, or one after the failure")
		} else if !pressed {
			pressed = true
			v4l2ctl(t, node, "-c", "inject_fatal_streaming_error=0")
		}
	}
	if len(failures) != 1 || errors.Is(failures[0], drivers.ErrUnplugged) || !strings.HasPrefix(failures[0].Error(), "vivid does not work (") {
		t.Errorf("a broken stream ends with %q", failures)
	}
	if after := openDescriptors(t); !slices.Equal(before, after) {
		t.Errorf("descriptors before: %q\nafter: %q", before, after)
	}
	rawPicture(t, camera)
}

func TestGuestDamagedAndDroppedPicturesEndNothing(t *testing.T) {
	camera, node := vivid(t)
	n := 0
	for picture, err := range camera.Frames(t.Context(), raw320) {
		if err != nil {
			t.Fatal(err)
		}
		if _, err := jpeg.Decode(bytes.NewReader(picture.JPEG)); err != nil {
			t.Fatal(err)
		}
		switch n++; n {
		case 2:
			v4l2ctl(t, node, "-c", "inject_v4l2_buf_flag_error=0")
		case 4:
			v4l2ctl(t, node, "-c", "percentage_of_dropped_buffers=60")
		case 8:
			return
		}
	}
	t.Errorf("the loop ended by itself after %d pictures", n)
}

// rawPicture opens a camera, waits for a picture and closes it.
func rawPicture(t *testing.T, camera drivers.Camera) {
	t.Helper()
	for picture, err := range camera.Frames(t.Context(), raw320) {
		if err != nil {
			t.Fatal(err)
		}
		if _, err := jpeg.DecodeConfig(bytes.NewReader(picture.JPEG)); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Fatal("the loop ended without a picture")
}
