//go:build linux

package v4l2_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"fanlight/drivers"
)

// TestGuestManyPlanes: vivid with the multi-planar API alone, as CSI receivers and HDMI
// bridges have it.
func TestGuestManyPlanes(t *testing.T) {
	camera, node := vivid(t, "multiplanar=2")
	v4l2ctl(t, node, "-c", "test_pattern=1,osd_text_mode=2")
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
	for _, format := range []string{"NM12", "NM21", "YM12", "YM21", "NM16", "NV12", "NV16", "NV24", "YU12", "YUYV", "BGR3", "GREY"} {
		if !slices.Contains(formats, format) {
			t.Errorf("%s is not offered: %q", format, formats)
			continue
		}
		showsBars(t, camera, format, format)
	}
}

// TestGuestColoursAreHonoured: the bars have the same colours, whatever they are made of.
func TestGuestColoursAreHonoured(t *testing.T) {
	camera, node := vivid(t)
	for _, space := range []string{"0", "1", "2", "4", "6"} { // SMPTE 170M, Rec. 709, sRGB, BT.2020, SMPTE 240M
		for _, encoding := range []string{"0", "1", "2", "6"} { // default, 601, 709, BT.2020
			for _, quantization := range []string{"0", "1", "2"} { // default, full, limited
				colours := "colorspace=" + space + ",y_cbcr_encoding=" + encoding + ",quantization=" + quantization
				v4l2ctl(t, node, "-c", "test_pattern=1,osd_text_mode=2,"+colours)
				for _, format := range []string{"YUYV", "NV12", "BGR3"} {
					showsBars(t, camera, format+" "+colours, format)
				}
			}
		}
	}
}

// hdmi is vivid's fourth input.
const hdmi = 3

// TestGuestInputsAreChosen chooses among vivid's inputs, off and on, and follows what
// comes in at HDMI.
func TestGuestInputsAreChosen(t *testing.T) {
	camera, node := vivid(t)
	input := controlsOf(t, camera)["input"]
	var names []string
	for _, item := range input.Items {
		names = append(names, strings.TrimRight(item.Label, " -0123456789")) // "HDMI 0", and from Linux 6.12 on "HDMI 000-0"
	}
	if want := []string{"Webcam", "TV", "S-Video", "HDMI"}; !slices.Equal(names, want) || input.Value != 0 || input.Kind != drivers.Menu {
		t.Fatalf("got %+v", input)
	}
	var granted []drivers.Mode
	n := 0
	for _, err := range camera.Frames(t.Context(), drivers.Want{Granted: func(m drivers.Mode) { granted = append(granted, m) }}) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n == 2 {
			if err := camera.Adjust(t.Context(), "input", hdmi); err != nil {
				t.Fatal(err)
			}
		}
		if len(granted) > 1 || n > 1000 {
			break
		}
	}
	if now := controlsOf(t, camera)["input"].Value; now != hdmi {
		t.Errorf("the input is %d", now)
	}
	// vivid's HDMI comes at 1280x720 unless told otherwise.
	if len(granted) != 2 || granted[1].Width != 1280 || granted[1].Height != 720 {
		t.Errorf("granted %+v", granted)
	}
	if out := v4l2ctl(t, node, "-I"); !strings.Contains(out, fmt.Sprintf(": %d (HDMI", hdmi)) {
		t.Errorf("v4l2-ctl reads %q", out)
	}
	standards(t, camera)
}

// standards looks at the analogue input.
func standards(t *testing.T, camera drivers.Camera) {
	t.Helper()
	var granted drivers.Mode
	want := drivers.Want{Granted: func(m drivers.Mode) { granted = m }}
	want.Controls = map[string]int{"input": 2}
	for _, err := range camera.Frames(t.Context(), want) {
		if err != nil {
			t.Fatal(err)
		}
		break
	}
	standard, ok := controlsOf(t, camera)["standard"]
	if !ok || len(standard.Items) < 3 || granted.Width != 720 {
		t.Errorf("granted %+v, standards %+v", granted, standard)
	}
	for _, item := range standard.Items {
		if item.Label == "NTSC-M" {
			want.Controls["standard"] = item.Value
		}
	}
	for _, err := range camera.Frames(t.Context(), want) {
		if err != nil {
			t.Fatal(err)
		}
		break
	}
	if granted.Height != 480 {
		t.Errorf("NTSC has %+v", granted)
	}
}

// TestGuestNoSignal: the signal goes while the camera streams, and comes back.
func TestGuestNoSignal(t *testing.T) {
	camera, node := vivid(t)
	want := raw320
	want.Controls = map[string]int{"input": hdmi}
	n := 0
	var failure error
	for _, err := range camera.Frames(t.Context(), want) {
		if failure = err; err != nil {
			continue
		}
		if n++; n == 2 {
			v4l2ctl(t, node, "-c", "dv_timings_signal_mode=1") // no signal
		}
		if n > 1000 {
			t.Fatal("the signal is gone, and pictures go on")
		}
	}
	if failure == nil || !strings.HasPrefix(failure.Error(), "No signal on HDMI ") {
		t.Errorf("after %d pictures: %v", n, failure)
	}
	v4l2ctl(t, node, "-c", "dv_timings_signal_mode=2") // no lock
	if err := onlyFailure(t, camera); !strings.HasPrefix(err.Error(), "No stable signal on HDMI ") {
		t.Error(err)
	}
	v4l2ctl(t, node, "-c", "dv_timings_signal_mode=0")
	rawPicture(t, camera)
}

// TestGuestChangeOfTheSignalIsFollowed: what comes in has another size from one moment to
// the next.
func TestGuestChangeOfTheSignalIsFollowed(t *testing.T) {
	camera, node := vivid(t)
	var granted []drivers.Mode
	want := drivers.Want{Controls: map[string]int{"input": hdmi}, Granted: func(m drivers.Mode) { granted = append(granted, m) }}
	n, changed := 0, time.Time{}
	for _, err := range camera.Frames(t.Context(), want) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n == 2 {
			// A signal of the list of timings, and the first of it: 640x480.
			v4l2ctl(t, node, "-c", "dv_timings=0,dv_timings_signal_mode=4")
			changed = time.Now()
		}
		if n > 1000 {
			break
		}
		if len(granted) > 1 {
			t.Logf("followed after %v", time.Since(changed))
			break
		}
	}
	if last := granted[len(granted)-1]; len(granted) < 2 || last.Width != 640 || last.Height != 480 {
		t.Errorf("granted %+v", granted)
	}
}
