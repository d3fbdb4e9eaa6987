//go:build linux

package v4l2

import (
	"slices"
	"testing"
	"unsafe"

	"fanlight/drivers/camera"

	go4vl "github.com/vladimirvivien/go4vl/v4l2"
	"golang.org/x/sys/unix"
)

// sizesOf answers with sizes in the kernel's order, 2 numbers for a discrete one, or 6.
func (d *fakeDevice) sizesOf(sizes ...[]uint32) {
	var entries []sizeStruct
	for _, numbers := range sizes {
		s := sizeStruct{kind: discreteKind}
		if len(numbers) > 2 {
			s.kind = 3
		}
		copy(s.union[:], numbers)
		entries = append(entries, s)
	}
	d.answers[requestEnumSize] = listOf(func(s *sizeStruct) *uint32 { return &s.index }, entries...)
}

// intervalsOf answers with intervals, one number each of fps in thousandths.
func (d *fakeDevice) intervalsOf(thousandths ...uint32) {
	var entries []intervalStruct
	for _, fps := range thousandths {
		i := intervalStruct{kind: discreteKind}
		i.union[0].numerator, i.union[0].denominator = 1000, fps
		entries = append(entries, i)
	}
	d.answers[requestEnumInterval] = listOf(func(s *intervalStruct) *uint32 { return &s.index }, entries...)
}

func modesOf(t *testing.T, d *fakeDevice) (modes [][3]int) {
	t.Helper()
	listed, err := d.plugged(t).Modes(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range listed {
		modes = append(modes, [3]int{m.Width, m.Height, int(m.FPS + 0.5)})
	}
	return modes
}

// TestRatesBeyondBeliefAreNotOffered: some devices list an interval of 100 ns.
func TestRatesBeyondBeliefAreNotOffered(t *testing.T) {
	d := newFake("MJPG")
	d.sizesOf([]uint32{640, 480})
	d.intervalsOf(30_000, 4_000_000_000, 0, 25_000)
	if got, want := modesOf(t, d), [][3]int{{640, 480, 30}, {640, 480, 25}}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	d.intervalsOf(4_000_000_000)
	if got, want := modesOf(t, d), [][3]int{{640, 480, 0}}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestRangesOfRates: of a range the usual ones are offered.
func TestRangesOfRates(t *testing.T) {
	d := newFake("MJPG")
	d.sizesOf([]uint32{640, 480})
	between := intervalStruct{kind: 3}
	between.union[0].numerator, between.union[0].denominator = 1, 30
	between.union[1].numerator, between.union[1].denominator = 1, 10
	d.answers[requestEnumInterval] = listOf(func(s *intervalStruct) *uint32 { return &s.index }, between)
	if got, want := modesOf(t, d), [][3]int{{640, 480, 30}, {640, 480, 25}, {640, 480, 15}, {640, 480, 10}}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestStepwiseSizesOfferTheOwnOne: an analogue card has 720x576, in steps of one.
func TestStepwiseSizesOfferTheOwnOne(t *testing.T) {
	d := newFake("YUYV")
	d.set("YUYV", 720, 576)
	d.sizesOf([]uint32{144, 720, 1, 115, 576, 1})
	if got, want := modesOf(t, d), [][3]int{{720, 576, 0}, {640, 480, 0}, {320, 240, 0}}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	d.refuses(unix.ENOTTY, requestEnumSize)
	if got, want := modesOf(t, d), [][3]int{{720, 576, 0}}; !slices.Equal(got, want) {
		t.Errorf("without a list: got %v, want %v", got, want)
	}

	card := newCard()
	card.sizesOf([]uint32{144, 1920, 1, 115, 1080, 1})
	card.standard = pal
	if got := modesOf(t, card.fakeDevice); got[0] != [3]int{720, 576, 0} {
		t.Errorf("the standard's size is not first: %v", got)
	}
	asked := [2]uint32{}
	card.answers[requestSetFormat] = func(argument unsafe.Pointer) error {
		p := as[formatStruct](argument).single()
		asked = [2]uint32{p.width, p.height}
		return nil
	}
	if _, err := watched(t, card.plugged(t), camera.Want{}, 1, nil); err != nil || asked != [2]uint32{720, 576} {
		t.Errorf("asked for %v, %v", asked, err)
	}
	card.input, card.timings = 1, card.signal
	if got := modesOf(t, card.fakeDevice); got[0] != [3]int{1920, 1080, 0} {
		t.Errorf("the signal's size is not first: %v", got)
	}
}

// TestListsWithoutAnEnd: drivers that ignore the number answer for ever.
func TestListsWithoutAnEnd(t *testing.T) {
	d := newFake("MJPG")
	asked := 0
	endless := func(fill func(unsafe.Pointer)) func(unsafe.Pointer) error {
		return func(argument unsafe.Pointer) error {
			asked++
			fill(argument)
			return nil
		}
	}
	d.answers[requestEnumFormat] = endless(func(a unsafe.Pointer) { as[formatDescription](a).code = fourCCOf("MJPG") })
	d.answers[requestEnumSize] = endless(func(a unsafe.Pointer) {
		s := as[sizeStruct](a)
		s.kind, s.union[0], s.union[1] = discreteKind, 640+2*s.index, 480
	})
	d.answers[requestEnumInterval] = endless(func(a unsafe.Pointer) {
		i := as[intervalStruct](a)
		i.kind, i.union[0].numerator, i.union[0].denominator = discreteKind, 1, 30
	})
	d.answers[requestGetInput] = endless(func(unsafe.Pointer) {})
	d.answers[requestEnumInput] = endless(func(unsafe.Pointer) {})
	d.answers[requestGetStandard] = endless(func(unsafe.Pointer) {})
	d.answers[requestEnumStandard] = endless(func(unsafe.Pointer) {})
	d.answers[requestQueryControl] = endless(func(a unsafe.Pointer) {
		q := as[controlStruct](a)
		q.id, q.kind, q.minimum, q.maximum = q.id&^flagNextOne+1, uint32(go4vl.CtrlTypeMenu), -1<<31, 1<<31-1
	})
	d.answers[requestQueryMenu] = endless(func(unsafe.Pointer) {})
	if got := modesOf(t, d); len(got) > mostSizes {
		t.Errorf("%d modes", len(got))
	}
	controls, err := d.plugged(t).Controls(t.Context())
	if err != nil || len(controls) > mostControls+2 {
		t.Errorf("%d controls, %v", len(controls), err)
	}
	if _, err := watched(t, d.plugged(t), camera.Want{}, 1, nil); err != nil {
		t.Error(err)
	}
	if asked > 5_000_000 {
		t.Errorf("asked %d times", asked)
	}
}

// TestControlsThatGoRound: a list whose next one is the one before.
func TestControlsThatGoRound(t *testing.T) {
	d := newFake("MJPG")
	d.answers[requestQueryControl] = func(argument unsafe.Pointer) error {
		q := as[controlStruct](argument)
		q.id, q.kind = 0x00980900, uint32(go4vl.CtrlTypeInt)
		copy(q.name[:], "Brightness")
		return nil
	}
	controls, err := d.plugged(t).Controls(t.Context())
	if err != nil || len(controls) != 1 {
		t.Errorf("%d controls, %v", len(controls), err)
	}
}

// TestAllControlsAreThere: those of one name, of none, of old drivers, that cannot be read.
func TestAllControlsAreThere(t *testing.T) {
	all := []named{
		{0x00980900, go4vl.CtrlTypeInt, "Brightness"}, {0x00980901, go4vl.CtrlTypeInt, "Brightness"},
		{0x00980902, go4vl.CtrlTypeButton, "Do It"}, {0x00980903, go4vl.CtrlTypeBool, "\x1b[31mRed\nAlert\xff"},
		{0x00980904, go4vl.CtrlTypeInt, ""}, {0x00980905, go4vl.CtrlTypeString, "Words"},
		{0x00980906, go4vl.CtrlTypeBitMask, "Mask"}, {0x00980907, go4vl.CtrlTypeClass, "User Controls"},
	}
	for _, old := range []bool{false, true} {
		d := newFake("MJPG")
		d.answers[requestQueryControl] = controlsOf(all, old)
		pressed := 0
		d.answers[requestSetControl] = func(unsafe.Pointer) error { pressed++; return nil }
		d.answers[requestGetControl] = func(argument unsafe.Pointer) error {
			if as[valueStruct](argument).id == 0x00980901 {
				return unix.EIO
			}
			as[valueStruct](argument).value = 1
			return nil
		}
		c := d.plugged(t)
		controls, err := c.Controls(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var names, labels []string
		for _, c := range controls {
			names, labels = append(names, c.Name), append(labels, c.Label)
		}
		if want := []string{"brightness", "brightness_2", "do_it", "red_alert", "control_0x00980904", "mask"}; !slices.Equal(names, want) {
			t.Errorf("old %v: got %q, want %q", old, names, want)
		}
		if want := []string{"Brightness", "Brightness (2)", "Do It", "Red Alert\uFFFD", "Control 0x00980904", "Mask"}; !slices.Equal(labels, want) {
			t.Errorf("old %v: got %q, want %q", old, labels, want)
		}
		if unread := controls[1]; !unread.Inactive || unread.Value != 3 {
			t.Errorf("what cannot be read: %+v", unread)
		}
		for value, want := range []int{0, 1} {
			if err := c.Adjust(t.Context(), "do_it", value); err != nil || pressed != want {
				t.Errorf("pressed %d times by %d, %v", pressed, value, err)
			}
		}
		if _, err := watched(t, c, camera.Want{Controls: map[string]int{"do_it": 1}}, 1, nil); err != nil || pressed != 1 {
			t.Errorf("a button was pressed as the camera was opened, %v", err)
		}
	}
}

// named is a control of a device.
type named struct {
	id   uint32
	kind go4vl.CtrlType
	name string
}

// controlsOf answers with controls. An old driver does not know how to ask for the next.
func controlsOf(all []named, old bool) func(unsafe.Pointer) error {
	return func(argument unsafe.Pointer) error {
		q := as[controlStruct](argument)
		next := q.id&flagNextOne != 0
		if next && old {
			return unix.EINVAL
		}
		for _, c := range all {
			if c.id == q.id || next && c.id > q.id&^flagNextOne {
				*q = controlStruct{id: c.id, kind: uint32(c.kind), maximum: 9, step: 1, byDefault: 3}
				copy(q.name[:], c.name)
				return nil
			}
		}
		return unix.EINVAL
	}
}
