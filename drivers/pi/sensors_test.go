package pi

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Lists as people have posted them.
var piLists = []struct{ name, out, want string }{
	{"none", "No cameras available!\n", ""},
	{"nothing", "", ""},
	{"Pi Zero with a Module 1", `Available cameras
-----------------
0 : ov5647 [2592x1944 10-bit GBRG] (/base/soc/i2c0mux/i2c@1/ov5647@36)
    Modes: 'SGBRG10_CSI2P' : 640x480 [62.50 fps - (16, 0)/2560x1920 crop]
                             1296x972 [46.34 fps - (0, 0)/2592x1944 crop]
`, "0 ov5647 /base/soc/i2c0mux/i2c@1/ov5647@36 [{ 640 480 62.5} { 1296 972 46.34}]"},
	{"two formats, older program", "Available cameras\r\n-----------------\r\n" +
		"0 : imx219 [3280x2464] (/base/soc/i2c0mux/i2c@1/imx219@10)\r\n" +
		"    Modes: 'SRGGB10_CSI2P' : 1640x1232 [41.85 fps - (0, 0)/3280x2464 crop]\r\n" +
		"           'SRGGB8' : 1640x1232 [83.70 fps - (0, 0)/3280x2464 crop]\r\n",
		"0 imx219 /base/soc/i2c0mux/i2c@1/imx219@10 [{ 1640 1232 83.7}]"},
	{"modes on one line", "0 : imx500 [4056x3040 10-bit RGGB] (/base/i2c@88000/imx500@1a) \n    Modes: 'SRGGB10_CSI2P' : 2028x1520 [30.02 fps - (0, 0)/4056x3040 crop] 4056x3040 [10.00 fps - (0, 0)/4056x3040 crop]\n",
		"0 imx500 /base/i2c@88000/imx500@1a [{ 2028 1520 30.02} { 4056 3040 10}]"},
	{"no path, no rate", "0 : imx477 [4056x3040 12-bit RGGB]\n    Modes: 'SRGGB12' : 2028x1080 [nan fps - (0, 440)/4056x2160 crop]\n1 : imx296\n",
		"0 imx477  [], 1 imx296  []"},
	{"nonsense numbers", "99999999999999999999 : imx477 [1x1]\n0 : imx477 [1x1] (/a)\n 70000x1 [30.00 fps] 0x9 [30.00 fps] 9x9 [0.00 fps]\n", "0 imx477 /a []"},
	{"modes of nobody", "    Modes: 'SRGGB8' : 640x480 [30.00 fps - (0, 0)/1x1 crop]\n", ""},
}

func TestParsePiList(t *testing.T) {
	for _, test := range piLists {
		var got []string
		for _, s := range parse(test.out) {
			got = append(got, fmt.Sprintf("%d %s %s %v", s.index, s.model, s.path, s.modes))
		}
		if joined := strings.Join(got, ", "); joined != test.want {
			t.Errorf("%s: %s\nwant %s", test.name, joined, test.want)
		}
	}
}

func FuzzParsePiList(f *testing.F) {
	for _, list := range piLists {
		f.Add(list.out)
	}
	f.Fuzz(func(t *testing.T, out string) {
		for _, s := range parse(out) {
			if s.id() == "" || s.index < 0 || strings.ContainsAny(s.id()+s.model, " \t\r\n") {
				t.Errorf("sensor %+v", s)
			}
			for _, m := range s.offers() {
				if m.Width <= 0 || m.Height <= 0 || m.FPS <= 0 {
					t.Errorf("%s offers %+v", s.model, m)
				}
			}
		}
	})
}

func TestPiIdsAndNames(t *testing.T) {
	for _, test := range []struct {
		sensor   sensor
		id, name string
	}{
		{sensor{0, "imx296", "/base/a", nil}, "/base/a", "Raspberry Pi Global Shutter Camera (imx296)"},
		{sensor{1, "imx519", "", nil}, "imx519-1", "Raspberry Pi camera (imx519)"},
		{sensor{0, "imx708_noir", "/b", nil}, "/b", "Raspberry Pi Camera Module 3 (imx708_noir)"},
	} {
		if test.sensor.id() != test.id || test.sensor.name() != test.name {
			t.Errorf("%+v is %s, %s", test.sensor, test.sensor.id(), test.sensor.name())
		}
	}
}

func TestPiListingIsBounded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "rpicam-vid")
	if err := os.WriteFile(path, []byte("#!/bin/sh\ntrap '' TERM\nsleep 60\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if _, err := ask(ctx, path); err == nil || !strings.Contains(err.Error(), "does not answer") {
		t.Errorf("listing: %v", err)
	}
}
