//go:build linux

package v4l2

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unsafe"

	"fanlight/drivers/camera"

	"golang.org/x/sys/unix"
)

// fakeCard is a capture card with inputs for S-Video and HDMI.
type fakeCard struct {
	*fakeDevice
	input    uint32
	status   [2]uint32
	standard uint64
	timings  timingsStruct // as set
	signal   timingsStruct // as it comes in
	noSignal error
}

const (
	pal  = 0xff
	ntsc = 0xb000
)

func newCard() *fakeCard {
	c := &fakeCard{fakeDevice: newFake("YUYV"), standard: ntsc}
	c.signal = timingsStruct{width: 1920, height: 1080}
	c.answers[requestEnumInput] = func(argument unsafe.Pointer) error {
		in := as[inputStruct](argument)
		switch in.index {
		case 0:
			copy(in.name[:], "S-Video")
			in.standards = pal | ntsc
		case 1:
			copy(in.name[:], "HDMI")
			in.capabilities = inputHasTimings
		default:
			return unix.EINVAL
		}
		in.status = c.status[in.index]
		return nil
	}
	c.answers[requestGetInput] = func(argument unsafe.Pointer) error { *as[uint32](argument) = c.input; return nil }
	c.answers[requestSetInput] = func(argument unsafe.Pointer) error {
		if !c.started.IsZero() {
			return unix.EBUSY
		}
		c.input = *as[uint32](argument)
		return nil
	}
	c.answerStandards()
	c.answerTimings()
	plain := c.picture
	c.picture = func(n int) (fakePicture, bool) {
		p, ok := plain(n)
		p.planes[0] = make([]byte, 2*64*48)
		return p, ok
	}
	c.answers[requestSetFormat] = func(argument unsafe.Pointer) error { // it cannot scale that far
		as[formatStruct](argument).union = c.format.union
		return nil
	}
	return c
}

func (c *fakeCard) answerStandards() {
	analogue := func(answer func(*uint64) error) func(unsafe.Pointer) error {
		return func(argument unsafe.Pointer) error {
			if c.input != 0 {
				return unix.ENODATA
			}
			return answer(as[uint64](argument))
		}
	}
	c.answers[requestGetStandard] = analogue(func(id *uint64) error { *id = c.standard; return nil })
	c.answers[requestSetStandard] = analogue(func(id *uint64) error { c.standard = *id; return nil })
	c.answers[requestAskStandard] = analogue(func(id *uint64) error { *id = pal; return nil })
	c.answers[requestEnumStandard] = func(argument unsafe.Pointer) error {
		s := as[standardStruct](argument)
		if c.input != 0 || s.index > 1 {
			return unix.EINVAL
		}
		s.id = []uint64{ntsc, pal}[s.index]
		copy(s.name[:], []string{"NTSC", "PAL"}[s.index])
		return nil
	}
}

func (c *fakeCard) answerTimings() {
	c.answers[requestAskTimings] = func(argument unsafe.Pointer) error { *as[timingsStruct](argument) = c.signal; return c.noSignal }
	c.answers[requestGetTimings] = func(argument unsafe.Pointer) error { *as[timingsStruct](argument) = c.timings; return nil }
	c.answers[requestSetTimings] = func(argument unsafe.Pointer) error { c.timings = *as[timingsStruct](argument); return nil }
}

// TestInputsAreControls: the inputs and standards of a card are listed, chosen while it
// streams, and chosen again as it is opened.
func TestInputsAreControls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		card := newCard()
		c := card.plugged(t)
		controls, err := c.Controls(t.Context())
		if err != nil || len(controls) != 2 {
			t.Fatal(controls, err)
		}
		for i, want := range []camera.Control{
			{Name: "input", Label: "Input", Kind: camera.Menu, Max: 1, Step: 1, Items: []camera.MenuItem{{Value: 0, Label: "S-Video"}, {Value: 1, Label: "HDMI"}}},
			{Name: "standard", Label: "Standard", Kind: camera.Menu, Max: 1, Step: 1, Items: []camera.MenuItem{{Value: 0, Label: "NTSC"}, {Value: 1, Label: "PAL"}}},
		} {
			if !slices.Equal(controls[i].Items, want.Items) || controls[i].Name != want.Name || controls[i].Label != want.Label || controls[i].Value != 0 {
				t.Errorf("got  %+v\nwant %+v", controls[i], want)
			}
		}
		n := 0
		_, err = watched(t, c, camera.Want{}, 6, func(camera.Picture) {
			if n++; n == 3 {
				if err := c.Adjust(t.Context(), "input", 1); err != nil {
					t.Error(err)
				}
				if err := c.Adjust(t.Context(), "input", 1); err != nil { // which changes nothing
					t.Error(err)
				}
				if now, err := c.Controls(t.Context()); err != nil || now[0].Value != 1 {
					t.Errorf("what was chosen just now reads %+v, %v", now[0], err)
				}
			}
		})
		if err != nil || card.input != 1 || card.starts != 2 {
			t.Errorf("input %d after %d starts, %v", card.input, card.starts, err)
		}
		if card.timings.width != 1920 {
			t.Error("the timings of HDMI were not set")
		}
		if err := c.Adjust(t.Context(), "input", 0); err != nil || card.input != 0 {
			t.Errorf("while it is off: input %d, %v", card.input, err)
		}
		if err := c.Adjust(t.Context(), "input", 7); err == nil || err.Error() != "input of Odd Camera cannot be 7: choose one of 0 (S-Video), 1 (HDMI)" {
			t.Error(err)
		}
		if _, err := watched(t, c, camera.Want{Controls: map[string]int{"input": 1, "standard": 1}}, 1, nil); err != nil || card.input != 1 {
			t.Errorf("opened again: input %d, %v", card.input, err)
		}
	})
}

// TestLeavingWhileAnInputIsChosen: a consumer that leaves is not called again.
func TestLeavingWhileAnInputIsChosen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		card := newCard()
		c := card.plugged(t)
		n, err := watched(t, c, camera.Want{}, 1, func(camera.Picture) {
			if err := c.Adjust(t.Context(), "input", 1); err != nil {
				t.Error(err)
			}
		})
		if n != 1 || err != nil || card.starts != 1 {
			t.Errorf("%d pictures of %d starts, %v", n, card.starts, err)
		}
	})
}

// TestStandardIsDetected: what comes in is set, unless the user has chosen.
func TestStandardIsDetected(t *testing.T) {
	for _, test := range []struct {
		wanted map[string]int
		set    uint64
	}{{nil, pal}, {map[string]int{"standard": 0}, ntsc}} {
		synctest.Test(t, func(t *testing.T) {
			card := newCard()
			if _, err := watched(t, card.plugged(t), camera.Want{Controls: test.wanted}, 1, nil); err != nil || card.standard != test.set {
				t.Errorf("chosen %v: set %#x, %v", test.wanted, card.standard, err)
			}
		})
	}
}

// TestNoSignal: a card without a signal says so in words, however it tells.
func TestNoSignal(t *testing.T) {
	silence := func(int) (fakePicture, bool) { return fakePicture{}, false }
	for _, test := range []struct {
		name string
		card func(*fakeCard)
		want string
	}{
		{"the timings", func(c *fakeCard) { c.noSignal = unix.ENOLINK }, "No signal on HDMI: switch on"},
		{"no lock", func(c *fakeCard) { c.noSignal = unix.ENOLCK }, "No stable signal on HDMI: check the cable"},
		{"out of range", func(c *fakeCard) { c.noSignal = unix.ERANGE }, "The signal on HDMI is of a kind"},
		{"the start", func(c *fakeCard) { c.refuses(unix.ENOLINK, requestStreamOn) }, "No signal on HDMI: "},
		{"silence", func(c *fakeCard) { c.picture, c.status[1] = silence, inputNoSignal }, "No signal on HDMI: "},
		{"no power", func(c *fakeCard) { c.picture, c.status[1] = silence, inputNoPower|inputNoSignal }, "What is connected to HDMI is off"},
		{"silence without lock", func(c *fakeCard) { c.picture, c.status[1] = silence, 0x10000 }, "No stable signal on HDMI: "},
	} {
		synctest.Test(t, func(t *testing.T) {
			card := newCard()
			card.input = 1
			test.card(card)
			n, err := watched(t, card.plugged(t), camera.Want{}, 1, nil)
			if n > 0 || err == nil || !strings.HasPrefix(err.Error(), test.want) || errors.Is(err, camera.ErrUnplugged) {
				t.Errorf("%s: %d pictures, %v", test.name, n, err)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) { // a blue picture that the card makes itself is passed on
		card := newCard()
		card.status[0] = inputNoSignal
		if n, err := watched(t, card.plugged(t), camera.Want{}, 50, nil); n != 50 || err != nil {
			t.Errorf("%d pictures, %v", n, err)
		}
	})
}

// TestSourceChangeIsFollowed: the stream begins anew with the timings of the new signal.
func TestSourceChangeIsFollowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		card := newCard()
		card.input = 1
		subscribed := 0
		card.answers[requestSubscribe] = func(argument unsafe.Pointer) error {
			if s := as[subscriptionStruct](argument); s.kind == sourceChange && s.id == card.input {
				subscribed++
			}
			return nil
		}
		var granted []camera.Mode
		n := 0
		_, err := watched(t, card.plugged(t), camera.Want{Granted: func(m camera.Mode) { granted = append(granted, m) }}, 6, func(camera.Picture) {
			if n++; n == 3 {
				card.changed, card.signal = true, timingsStruct{width: 720, height: 576}
			}
		})
		if err != nil || card.starts != 2 || subscribed != 2 || card.timings != card.signal || len(granted) != 2 {
			t.Errorf("%d starts, %d subscriptions, timings %v, granted %v, %v", card.starts, subscribed, card.timings, granted, err)
		}
	})
}

// TestEventsInARow: a device that tells of a change at every start is not asked without a
// pause, and leaves when it shall.
func TestEventsInARow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		card := newCard()
		card.answers[requestSubscribe] = func(unsafe.Pointer) error {
			card.changed = true
			return nil
		}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		for _, err := range card.plugged(t).Frames(ctx, camera.Want{}) {
			if err != nil {
				t.Error(err)
			}
		}
		if card.opens > 110 {
			t.Errorf("opened %d times in ten seconds", card.opens)
		}
	})
}
