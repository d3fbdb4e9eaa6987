//go:build unix

package drivers_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fanlight/assets"
	"fanlight/drivers"
	"fanlight/drivers/drivertest"
)

// twoSensors is what rpicam-vid --list-cameras writes on a Raspberry Pi 5.
const twoSensors = `Available cameras
-----------------
0 : imx708_wide [4608x2592 10-bit RGGB] (/base/axi/pcie@120000/rp1/i2c@88000/imx708@1a)
    Modes: 'SRGGB10_CSI2P' : 1536x864 [120.13 fps - (768, 432)/3072x1728 crop]
                             2304x1296 [56.03 fps - (0, 0)/4608x2592 crop]
                             4608x2592 [14.35 fps - (0, 0)/4608x2592 crop]

1 : imx477 [4056x3040 12-bit RGGB] (/base/axi/pcie@120000/rp1/i2c@80000/imx477@1a)
    Modes: 'SRGGB10_CSI2P' : 1332x990 [120.05 fps - (696, 528)/2664x1980 crop]
           'SRGGB12_CSI2P' : 2028x1080 [50.03 fps - (0, 440)/4056x2160 crop]
                             2028x1520 [40.01 fps - (0, 0)/4056x3040 crop]
                             4056x3040 [10.00 fps - (0, 0)/4056x3040 crop]

`

// rpicam stands in for rpicam-vid: it lists what the file "list" says, notes its
// arguments, and writes pictures until the file "trouble" is there, which is what
// it says then.
const rpicam = `#!/bin/sh
cd "$(dirname "$0")"
case "$*" in *--list-cameras*) echo >>asked; cat list; exit ;; esac
echo "$*" >arguments
echo "[0:19:06.390293141] [2746]  INFO Camera camera_manager.cpp:293 libcamera v0.0.1+54-d528119f" >&2
while [ ! -e trouble ]; do cat picture.jpg; sleep 0.02; done
cat trouble >&2
exit 255
`

const (
	gone = "ERROR: *** no cameras available ***\n"
	busy = `[0:19:06.419783286] [2746]  INFO Camera camera.cpp:839 Pipeline handler in use by another process
ERROR: *** failed to acquire camera /base/axi/pcie@120000/rp1/i2c@88000/imx708@1a ***
`
	firstPi = "pi-quick:/base/axi/pcie@120000/rp1/i2c@88000/imx708@1a"
)

// installPi puts a stand-in for rpicam-vid, under its name, where programs are
// found, and returns its folder.
func installPi(t *testing.T, name, list string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(rpicam), 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "list"), []byte(list))
	write(t, filepath.Join(dir, "picture.jpg"), assets.Emulated()[0])
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	return dir
}

func TestPiConforms(t *testing.T) {
	dir := installPi(t, "rpicam-vid", twoSensors)
	trouble := filepath.Join(dir, "trouble")
	drivertest.Run(t, drivertest.Subject{
		Choice: firstPi,
		Unplug: func(t *testing.T) { write(t, trouble, []byte(gone)) },
		Plug: func(t *testing.T) {
			if err := os.Remove(trouble); err != nil {
				t.Fatal(err)
			}
		},
	})
}

func TestPiCamerasAreListedOnce(t *testing.T) {
	dir := installPi(t, "libcamera-vid", twoSensors)
	for range 3 {
		cameras, err := drivers.List(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, c := range cameras {
			if strings.HasPrefix(c.ID, "pi:") {
				names = append(names, c.ID+" "+c.Name)
			}
		}
		if !slices.Equal(names, []string{
			"pi:/base/axi/pcie@120000/rp1/i2c@88000/imx708@1a Raspberry Pi Camera Module 3 (imx708_wide)",
			"pi:/base/axi/pcie@120000/rp1/i2c@80000/imx477@1a Raspberry Pi High Quality Camera (imx477)",
		}) {
			t.Errorf("listed %q", names)
		}
	}
	if asked, err := os.ReadFile(filepath.Join(dir, "asked")); err != nil || len(asked) != 2 { // pi and pi-quick, a line each
		t.Errorf("rpicam-vid was asked %d times in two drivers, %v", len(asked), err)
	}
	for choice, id := range map[string]string{"pi-quick": firstPi, "pi-quick:0": firstPi, "pi-quick:imx708_wide": firstPi, "pi-quick:1": "pi-quick:/base/axi/pcie@120000/rp1/i2c@80000/imx477@1a"} {
		if camera := drivertest.Find(t, choice); camera.ID != id || camera.Virtual {
			t.Errorf("%s found %s", choice, camera.ID)
		}
	}
	if _, err := drivers.Find(t.Context(), "pi:7"); err == nil || !strings.Contains(err.Error(), "not connected, or misspelt") {
		t.Errorf("pi:7 found %v", err)
	}
}

func TestPiCamerasOfOneKindAreToldApart(t *testing.T) {
	installPi(t, "rpicam-vid", "0 : imx500 [4056x3040 10-bit RGGB] (/base/i2c@88000/imx500@1a)\n1 : imx500 [4056x3040 10-bit RGGB] (/base/i2c@80000/imx500@1a)\n")
	for choice, name := range map[string]string{"pi:0": "Raspberry Pi AI Camera (imx500), camera 0", "pi:1": "Raspberry Pi AI Camera (imx500), camera 1"} {
		if camera := drivertest.Find(t, choice); camera.Name != name {
			t.Errorf("%s is %q", choice, camera.Name)
		}
	}
}

func TestPiWithoutCameras(t *testing.T) {
	if _, err := drivers.Find(t.Context(), "pi:0"); err == nil || !strings.Contains(err.Error(), "there is no Raspberry Pi camera") {
		t.Errorf("without the program: %v", err)
	}
	dir := installPi(t, "rpicam-vid", "No cameras available!\n")
	for range 3 {
		if camera, err := drivers.Find(t.Context(), "pi"); err == nil {
			t.Errorf("found %q", camera.ID)
		}
	}
	if asked, err := os.ReadFile(filepath.Join(dir, "asked")); err != nil || len(asked) != 2 {
		t.Errorf("rpicam-vid was asked %d times in two drivers, %v", len(asked), err)
	}
}

func TestPiListingThatFails(t *testing.T) {
	for _, test := range []struct{ script, want string }{
		{"#!/bin/sh\necho 'ERROR: *** failed to open ***' >&2\nexit 255\n", "rpicam-vid --list-cameras failed: run it in a terminal: ERROR: *** failed to open ***"},
		{"no program", "rpicam-vid --list-cameras failed: run it in a terminal: fork/exec"},
	} {
		dir := installPi(t, "rpicam-vid", "")
		if err := os.WriteFile(filepath.Join(dir, "rpicam-vid"), []byte(test.script), 0o755); err != nil {
			t.Fatal(err)
		}
		if _, err := drivers.List(t.Context()); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("listing: %v, want it to say %q", err, test.want)
		}
	}
}

func TestPiHandsOnWhatIsWanted(t *testing.T) {
	dir := installPi(t, "rpicam-vid", twoSensors)
	for _, test := range []struct {
		name, choice string
		want         drivers.Want
		arguments    string
		fps          float64
	}{
		{"nothing", firstPi, drivers.Want{}, "--camera 0 --width 1280 --height 720 --framerate 30 --quality 80", 30},
		{"size, rate, quality", "pi-quick:1", drivers.Want{Mode: drivers.Mode{Width: 640, Height: 480, FPS: 12.5}, Quality: 55}, "--camera 1 --width 640 --height 480 --framerate 12.5 --quality 55", 12.5},
		{"faster than the sensor", firstPi, drivers.Want{Mode: drivers.Mode{Width: 4608, Height: 2592, FPS: 60}}, "--camera 0 --width 4608 --height 2592 --framerate 14.35 --quality 80", 14.35},
		{"controls", firstPi, drivers.Want{Controls: map[string]int{"rotation": 180, "exposure": 1, "brightness": -25, "contrast": 150, "autofocus": 2, "lens_position": 250}},
			"--quality 80 --rotation=180 --exposure=sport --brightness=-0.25 --contrast=1.5 --autofocus-mode=manual --lens-position=2.5", 30},
		{"controls that it lacks", firstPi, drivers.Want{Controls: map[string]int{"rotation": 90, "exposure": 9, "brightness": 101, "hue": 1, "lens_position": 250}}, "--quality 80", 30},
		{"autofocus that it lacks", "pi-quick:1", drivers.Want{Controls: map[string]int{"autofocus": 1}}, "--quality 80", 30},
	} {
		test.want.Granted = func(m drivers.Mode) {
			if m != (drivers.Mode{Width: 1280, Height: 720, FPS: test.fps}) { // the size is the picture's
				t.Errorf("%s: granted %+v", test.name, m)
			}
		}
		for _, err := range drivertest.Find(t, test.choice).Frames(t.Context(), test.want) {
			if err != nil {
				t.Fatal(err)
			}
			break
		}
		arguments, err := os.ReadFile(filepath.Join(dir, "arguments"))
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.TrimSpace(string(arguments)); !strings.HasPrefix(got, "--timeout 0 --nopreview --codec mjpeg --output - --flush --camera") || !strings.HasSuffix(got, test.arguments) {
			t.Errorf("%s: rpicam-vid %s\nwant it to end with %s", test.name, got, test.arguments)
		}
	}
}

func TestPiOffersModesAndControls(t *testing.T) {
	installPi(t, "rpicam-vid", twoSensors)
	modes, err := drivertest.Find(t, firstPi).Modes(t.Context())
	if err != nil || !slices.Equal(modes, []drivers.Mode{
		{Width: 2304, Height: 1296, FPS: 56.03}, {Width: 1920, Height: 1080, FPS: 56.03},
		{Width: 1536, Height: 864, FPS: 120.13}, {Width: 1280, Height: 720, FPS: 120.13}, {Width: 640, Height: 480, FPS: 120.13},
		{Width: 4608, Height: 2592, FPS: 14.35},
	}) {
		t.Errorf("modes %v, %v", modes, err)
	}
	for choice, want := range map[string]string{
		firstPi:      "rotation exposure brightness contrast autofocus lens_position",
		"pi-quick:1": "rotation exposure brightness contrast",
	} {
		controls, err := drivertest.Find(t, choice).Controls(t.Context())
		var names []string
		for _, c := range controls {
			names = append(names, c.Name)
			if c.Value != c.Default || c.Kind == drivers.Range && (c.Step < 1 || c.Min >= c.Max) || c.Kind == drivers.Menu && len(c.Items) < 2 {
				t.Errorf("%s: control %+v", choice, c)
			}
		}
		if got := strings.Join(names, " "); got != want || err != nil {
			t.Errorf("%s: controls %s, %v", choice, got, err)
		}
	}
}

func TestPiFailsInWords(t *testing.T) {
	dir := installPi(t, "rpicam-vid", twoSensors)
	for _, test := range []struct {
		trouble, want string
		unplugged     bool
	}{
		{busy, "Raspberry Pi Camera Module 3 (imx708_wide) is used by another program: close it there", false},
		{gone, "Raspberry Pi Camera Module 3 (imx708_wide) is not connected: switch the Raspberry Pi off and check the ribbon cable", true},
		{"ERROR: *** Invalid exposure mode ***\n", "rpicam-vid ended (exit status 255): ERROR: *** Invalid exposure mode ***: run rpicam-hello in a terminal", false},
	} {
		write(t, filepath.Join(dir, "trouble"), []byte(test.trouble))
		_, failures := watch(t.Context(), drivertest.Find(t, firstPi), drivers.Want{})
		if len(failures) != 1 || !strings.HasPrefix(failures[0].Error(), test.want) || errors.Is(failures[0], drivers.ErrUnplugged) != test.unplugged {
			t.Errorf("it failed with %q, want %q", failures, test.want)
		}
	}
}

// The real driver lets exposure and white balance settle for two seconds.
func TestPiWarmsUp(t *testing.T) {
	installPi(t, "rpicam-vid", twoSensors)
	start := time.Now()
	for picture, err := range drivertest.Find(t, "pi").Frames(t.Context(), drivers.Want{}) {
		if err != nil {
			t.Fatal(err)
		}
		if waited := picture.Taken.Sub(start); waited < 2*time.Second {
			t.Errorf("the first picture came after %v", waited)
		}
		break
	}
}
