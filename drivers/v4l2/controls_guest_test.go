//go:build linux

package v4l2_test

import (
	"slices"
	"strings"
	"testing"

	"fanlight/drivers"
)

func TestGuestControlsOfAllKinds(t *testing.T) {
	camera, node := vivid(t)
	checkVividControls(t, controlsOf(t, camera))

	// While it streams, by another descriptor.
	for _, err := range camera.Frames(t.Context(), raw320) {
		if err != nil {
			t.Fatal(err)
		}
		for name, value := range map[string]int{"hue": -100, "integer_32_bits": -1 << 31, "menu": 4, "integer_menu": 8, "boolean": 0} {
			if err := camera.Adjust(t.Context(), name, value); err != nil {
				t.Error(err)
			}
			if got := controlsOf(t, camera)[name].Value; got != value {
				t.Errorf("%s is %d, want %d", name, got, value)
			}
		}
		break
	}
	if out := v4l2ctl(t, node, "-C", "hue,menu"); !strings.Contains(out, "hue: -100") || !strings.Contains(out, "menu: 4") {
		t.Errorf("v4l2-ctl reads %q", out)
	}

	// The automatic is turned off before the gain is set, and both before the first picture.
	want := raw320
	want.Controls = map[string]int{"gain": 222, "gain_automatic": 0, "menu": 2, "hue": 7, "brightness": 1000, "unheard_of": 1}
	for _, err := range camera.Frames(t.Context(), want) {
		if err != nil {
			t.Fatal(err)
		}
		break
	}
	controls := controlsOf(t, camera)
	if c := controls["gain"]; c.Value != 222 || c.Inactive {
		t.Errorf("got %+v", c)
	}
	if hue, menu, brightness := controls["hue"].Value, controls["menu"].Value, controls["brightness"].Value; hue != 7 || menu != 4 || brightness != 128 {
		t.Errorf("hue %d, menu %d, brightness %d", hue, menu, brightness)
	}
}

// checkVividControls checks how the controls are described, at their defaults.
func checkVividControls(t *testing.T, controls map[string]drivers.Control) {
	t.Helper()
	for _, absent := range []string{ // whose values are no numbers of 32 bits
		"integer_64_bits", "string", "area", "u8_pixel_array", "user_controls", "vivid_controls",
	} {
		if c, ok := controls[absent]; ok {
			t.Errorf("listed %+v", c)
		}
	}
	for _, want := range []drivers.Control{
		{Name: "button", Label: "Button", Kind: drivers.Toggle, Max: 1, Step: 1},
		{Name: "bitmask", Label: "Bitmask", Kind: drivers.Range, Max: 0x80402010, Step: 1, Default: 0x80002000, Value: 0x80002000},
		{Name: "hue", Label: "Hue", Kind: drivers.Range, Min: -128, Max: 128, Step: 1},
		{Name: "integer_32_bits", Label: "Integer 32 Bits", Kind: drivers.Range, Min: -1 << 31, Max: 1<<31 - 1, Step: 1},
		{Name: "boolean", Label: "Boolean", Kind: drivers.Toggle, Max: 1, Step: 1, Default: 1, Value: 1},
		{Name: "menu", Label: "Menu", Kind: drivers.Menu, Min: 1, Max: 4, Step: 1, Default: 3, Value: 3, Items: []drivers.MenuItem{
			{Value: 1, Label: "Menu Item 1"}, {Value: 3, Label: "Menu Item 3"}, {Value: 4, Label: "Menu Item 4"},
		}},
	} {
		got, ok := controls[want.Name]
		if !ok || got.Label != want.Label || got.Kind != want.Kind || got.Min != want.Min || got.Max != want.Max ||
			got.Default != want.Default || got.Value != want.Value || got.Inactive || got.Step < 1 || !slices.Equal(got.Items, want.Items) {
			t.Errorf("got  %+v\nwant %+v", got, want)
		}
	}
	if c := controls["read_only_integer_32_bits"]; !c.Inactive || c.Max != 255 {
		t.Errorf("what can only be read can be set: %+v", c)
	}
	if c := controls["integer_menu"]; c.Kind != drivers.Menu || !slices.Contains(c.Items, drivers.MenuItem{Value: 8, Label: "42"}) {
		t.Errorf("got %+v", c)
	}
	if c := controls["gain"]; !c.Inactive {
		t.Errorf("the gain is not overruled by the automatic: %+v", c)
	}
}

func controlsOf(t *testing.T, camera drivers.Camera) map[string]drivers.Control {
	t.Helper()
	listed, err := camera.Controls(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	byName := map[string]drivers.Control{}
	for _, c := range listed {
		byName[c.Name] = c
	}
	return byName
}
