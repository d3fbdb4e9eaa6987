//go:build linux

package v4l2

import (
	"errors"
	"fmt"
	"unsafe"

	"fanlight/drivers/camera"

	"golang.org/x/sys/unix"
)

// input is a socket of a capture card, or what else it can take its picture from.
type input struct {
	index     int
	name      string
	standards uint64 // analogue ones that it takes
	status    uint32
	timings   bool // it is digital, and its timings are set
}

// Bits of v4l2_input's capabilities and status.
const (
	inputHasTimings = 0x2
	inputNoPower    = 0x1
	inputNoSignal   = 0x2
	// inputNoLock is any of no horizontal lock, no sync lock, no carrier.
	inputNoLock = 0x100 | 0x10000 | 0x40000
)

const mostInputs = 64

// inputs lists what the device can take its picture from: one for a webcam.
func (d *device) inputs() []input {
	var inputs []input
	_ = enumerate(mostInputs, func(index uint32) error { // a driver without inputs refuses the first
		in, err := d.inputAt(index)
		if err == nil {
			inputs = append(inputs, in)
		}
		return err
	})
	return inputs
}

func (d *device) inputAt(index uint32) (input, error) {
	is := inputStruct{index: index}
	if err := d.ioctl(requestEnumInput, unsafe.Pointer(&is)); err != nil {
		return input{}, err
	}
	name := text(is.name[:])
	if name == "" {
		name = fmt.Sprintf("input %d", index)
	}
	return input{int(index), name, is.standards, is.status, is.capabilities&inputHasTimings != 0}, nil
}

// input returns the input that is chosen now, with its status now. It reports false for a
// device without inputs.
func (d *device) input() (input, bool) {
	var index uint32
	if d.request(requestGetInput, &index) != nil {
		return input{}, false
	}
	in, err := d.inputAt(index)
	return in, err == nil
}

// standard is an analogue standard: "PAL" and its kin.
type standard struct {
	index int
	name  string
	id    uint64 // a bit for each variant
}

const mostStandards = 64

// standards lists the analogue standards of the chosen input.
func (d *device) standards() []standard {
	var standards []standard
	_ = enumerate(mostStandards, func(index uint32) error { // a digital input refuses the first
		is := standardStruct{index: index}
		if err := d.ioctl(requestEnumStandard, unsafe.Pointer(&is)); err != nil {
			return err
		}
		standards = append(standards, standard{int(index), text(is.name[:]), is.id})
		return nil
	})
	return standards
}

// standard returns the standard in use, of several that share bits the narrowest.
func (d *device) standard(among []standard) (standard, bool) {
	var id uint64
	if d.ioctl(requestGetStandard, unsafe.Pointer(&id)) != nil {
		return standard{}, false
	}
	for _, s := range among {
		if s.id == id {
			return s, true
		}
	}
	for _, s := range among {
		if s.id&id != 0 {
			return s, true
		}
	}
	return standard{}, false
}

// The choices of a capture card are controls to the user, under these names.
const (
	inputControl    = "input"
	standardControl = "standard"
)

// sources returns the choices of a capture card as controls: its input, and the analogue
// standard. What is chosen counts as the default, since resetting the colours of a picture
// should not choose another picture.
func (d *device) sources() []camera.Control {
	var controls []camera.Control
	now, ok := d.input()
	if !ok {
		return nil
	}
	if inputs := d.inputs(); len(inputs) > 1 {
		c := camera.Control{Name: inputControl, Label: "Input", Kind: camera.Menu, Max: len(inputs) - 1, Step: 1, Default: now.index, Value: now.index}
		for _, in := range inputs {
			c.Items = append(c.Items, camera.MenuItem{Value: in.index, Label: in.name})
		}
		controls = append(controls, c)
	}
	standards := d.standards()
	if used, ok := d.standard(standards); ok && now.standards != 0 && len(standards) > 1 {
		c := camera.Control{Name: standardControl, Label: "Standard", Kind: camera.Menu, Max: len(standards) - 1, Step: 1, Default: used.index, Value: used.index}
		for _, s := range standards {
			c.Items = append(c.Items, camera.MenuItem{Value: s.index, Label: s.name})
		}
		controls = append(controls, c)
	}
	return controls
}

// setSource makes a choice of sources. A card that streams refuses it with EBUSY.
func (d *device) setSource(name string, value int) error {
	if name == inputControl {
		index := uint32(value)
		if err := d.request(requestSetInput, &index); err != nil {
			return fmt.Errorf("choosing the input: %w", err)
		}
		return nil
	}
	for _, s := range d.standards() {
		if s.index == value {
			if err := d.ioctl(requestSetStandard, unsafe.Pointer(&s.id)); err != nil {
				return fmt.Errorf("choosing the standard: %w", err)
			}
			return nil
		}
	}
	return fmt.Errorf("choosing the standard: %w", unix.EINVAL)
}

// choose chooses the wanted input and standard, where others are chosen.
func (d *device) choose(wanted map[string]int) error {
	for _, name := range []string{inputControl, standardControl} { // the standards are the input's
		for _, c := range d.sources() {
			value, ok := wanted[name]
			if !ok || c.Name != name || c.Value == value || !offers(c, value) {
				continue
			}
			err := d.setSource(name, value)
			if errors.Is(err, unix.EBUSY) || errors.Is(err, unix.ENODEV) {
				return err // what is refused for another reason is passed over
			}
		}
	}
	return nil
}

// tune follows what comes in: the timings of a digital signal, and an analogue standard
// that the user did not choose.
func (d *device) tune(wanted map[string]int) error {
	in, ok := d.input()
	if !ok {
		return nil
	}
	if _, chosen := wanted[standardControl]; in.standards != 0 && !chosen {
		d.detectStandard()
	}
	if in.timings {
		return d.followTimings(in)
	}
	return nil
}

func offers(c camera.Control, value int) bool {
	for _, item := range c.Items {
		if item.Value == value {
			return true
		}
	}
	return false
}

// detectStandard sets the standard that comes in, if the card can tell and another is set.
func (d *device) detectStandard() {
	var found, set uint64
	if d.ioctl(requestAskStandard, unsafe.Pointer(&found)) == nil && found != 0 &&
		d.ioctl(requestGetStandard, unsafe.Pointer(&set)) == nil && found&set == 0 {
		_ = d.ioctl(requestSetStandard, unsafe.Pointer(&found)) // it streams all the same, if badly
	}
}

// followTimings sets the timings of the signal that comes in. A card that cannot tell them
// keeps its own.
func (d *device) followTimings(in input) error {
	var found, set timingsStruct
	err := d.ioctl(requestAskTimings, unsafe.Pointer(&found))
	switch {
	case errors.Is(err, unix.ENOLINK), errors.Is(err, unix.ENOLCK), errors.Is(err, unix.ERANGE):
		return &signalError{in.name, err}
	case err != nil:
		return nil
	}
	if d.ioctl(requestGetTimings, unsafe.Pointer(&set)) == nil && set == found {
		return nil
	}
	if err := d.ioctl(requestSetTimings, unsafe.Pointer(&found)); err != nil {
		return fmt.Errorf("setting the timings of %s: %w", in.name, err)
	}
	return nil
}
