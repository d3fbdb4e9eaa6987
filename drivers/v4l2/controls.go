//go:build linux

package v4l2

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unsafe"

	"fanlight/drivers/camera"

	go4vl "github.com/vladimirvivien/go4vl/v4l2"
	"golang.org/x/sys/unix"
)

// control is a control with the kernel's number for it.
type control struct {
	camera.Control
	id go4vl.CtrlID
}

// controls describes the camera's controls, without values and items. It omits buttons,
// which have no value, types that do not fit into a Control, and controls that cannot be
// both read and set.
func (d *device) controls() ([]control, error) {
	var listed []go4vl.Control
	var err error
	deep(func() { listed, err = go4vl.QueryAllControls(d.fd) })
	none := errors.Is(err, go4vl.ErrorBadArgument) || errors.Is(err, go4vl.ErrorUnsupported)
	if err != nil && !none && len(listed) == 0 {
		return nil, fmt.Errorf("listing controls: %w", err)
	}
	var controls []control
	taken := map[string]bool{"": true}
	for _, l := range listed {
		kind, ok := controlKind(l.Type)
		flags, err := controlFlags(d.fd, l.ID)
		name := controlName(l.Name)
		if !ok || err != nil || flags&(flagDisabled|flagReadOnly|flagWriteOnly) != 0 || taken[name] {
			continue
		}
		taken[name] = true
		controls = append(controls, control{camera.Control{
			Name: name, Label: l.Name, Kind: kind,
			Min: int(l.Minimum), Max: int(l.Maximum), Step: max(int(l.Step), 1), Default: int(l.Default),
			Inactive: flags&(flagInactive|flagGrabbed) != 0,
		}, l.ID})
	}
	return controls, nil
}

func controlKind(t go4vl.CtrlType) (kind camera.ControlKind, ok bool) {
	switch t {
	case go4vl.CtrlTypeInt:
		return camera.Range, true
	case go4vl.CtrlTypeBool:
		return camera.Toggle, true
	case go4vl.CtrlTypeMenu, go4vl.CtrlTypeIntegerMenu:
		return camera.Menu, true
	}
	return 0, false
}

// controlName returns v4l2-ctl's name for a control (its name2var):
// "Power Line Frequency" is power_line_frequency.
func controlName(label string) string {
	words := strings.FieldsFunc(label, func(r rune) bool {
		return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	return strings.ToLower(strings.Join(words, "_"))
}

// Flags of a control (V4L2_CTRL_FLAG_... of linux/videodev2.h).
const (
	flagDisabled  = 0x0001
	flagGrabbed   = 0x0002 // locked for now, by another program for one
	flagReadOnly  = 0x0004
	flagInactive  = 0x0010 // overruled by another control
	flagWriteOnly = 0x0040
)

// controlFlags asks for the flags, which go4vl does not return (struct v4l2_queryctrl).
func controlFlags(fd uintptr, id go4vl.CtrlID) (uint32, error) {
	const vidiocQueryCtrl = 0xc0445624 // _IOWR('V', 36, struct v4l2_queryctrl)
	query := struct {
		id, kind                          uint32
		name                              [32]byte
		minimum, maximum, step, byDefault int32
		flags                             uint32
		reserved                          [2]uint32
	}{id: id}
	for {
		_, _, errno := unix.Syscall(unix.SYS_IOCTL, fd, vidiocQueryCtrl, uintptr(unsafe.Pointer(&query)))
		switch errno {
		case 0:
			return query.flags, nil
		case unix.EINTR:
		default:
			return 0, fmt.Errorf("asking for a control's flags: %w", errno)
		}
	}
}

// items lists the choices of a menu, and returns nil for other controls.
func (d *device) items(c control) (items []camera.MenuItem) {
	if c.Kind != camera.Menu {
		return nil
	}
	var listed []go4vl.ControlMenuItem
	deep(func() {
		if queried, err := go4vl.QueryControlInfo(d.fd, c.id); err == nil {
			listed, _ = queried.GetMenuItems() // which fails for no menu alone
		}
	})
	for _, l := range listed {
		items = append(items, camera.MenuItem{Value: int(l.Index), Label: l.Name})
	}
	return items
}

func (d *device) value(id go4vl.CtrlID) (int, error) {
	var value go4vl.CtrlValue
	var err error
	deep(func() { value, err = go4vl.GetControlValue(d.fd, id) })
	return int(value), err
}

// set sets a control to a value within its range.
func (d *device) set(id go4vl.CtrlID, value int) (err error) {
	deep(func() { err = go4vl.SetControlValue(d.fd, id, go4vl.CtrlValue(value)) })
	return err
}

// restore sets the wanted controls, as far as the camera accepts them.
func (d *device) restore(ctx context.Context, wanted map[string]int) {
	if len(wanted) == 0 {
		return
	}
	controls, err := d.controls()
	if err != nil {
		return // it streams all the same
	}
	setAll(ctx, controls, wanted, d.value, d.set)
}

// setAll sets wanted controls that differ, in the camera's order, and then once more those
// that have not changed: a camera refuses or forgets an exposure time, or a focus, before
// the automatic control that overrules it is off.
func setAll(ctx context.Context, controls []control, wanted map[string]int,
	value func(go4vl.CtrlID) (int, error), set func(go4vl.CtrlID, int) error) {
	for range 2 {
		for _, c := range controls {
			want, ok := wanted[c.Name]
			if !ok || want < c.Min || want > c.Max || ctx.Err() != nil {
				continue
			}
			if now, err := value(c.id); err != nil || now != want {
				_ = set(c.id, want) // what is refused twice is passed over
			}
		}
	}
}

// choose finds a control by its name.
func (c listed) choose(controls []control, name string) (control, error) {
	var names []string
	for _, control := range controls {
		if control.Name == name {
			return control, nil
		}
		names = append(names, control.Name)
	}
	if len(names) == 0 {
		return control{}, &camera.Failure{Sentence: fmt.Sprintf("%s has no controls that could be set", c.name)}
	}
	return control{}, &camera.Failure{Sentence: fmt.Sprintf("%s has no control %q: choose one of %s", c.name, name, strings.Join(names, ", "))}
}

// check returns an error for a value outside a control's range, which says the range.
func (c listed) check(control control, value int) error {
	ok, allowed := value >= control.Min && value <= control.Max, ""
	switch control.Kind {
	case camera.Range:
		allowed = fmt.Sprintf("a value from %d to %d", control.Min, control.Max)
	case camera.Toggle:
		allowed = "0 (off) or 1 (on)"
	case camera.Menu:
		var items []string
		ok = false
		for _, item := range control.Items {
			ok = ok || item.Value == value
			items = append(items, fmt.Sprintf("%d (%s)", item.Value, item.Label))
		}
		allowed = "one of " + strings.Join(items, ", ")
	}
	if ok {
		return nil
	}
	return &camera.Failure{Sentence: fmt.Sprintf("%s of %s cannot be %d: choose %s", control.Name, c.name, value, allowed)}
}

// refused explains why the camera did not accept a value within the range.
func (c listed) refused(control control, value int, err error) error {
	sentence := fmt.Sprintf("%s does not take %d for %s (%v): try another value", c.name, value, control.Name, err)
	if control.Inactive || errors.Is(err, unix.EACCES) || errors.Is(err, unix.EBUSY) {
		sentence = fmt.Sprintf("%s of %s cannot be set while another setting overrules it: turn the automatic off first", control.Name, c.name)
	}
	return &camera.Failure{Sentence: sentence, Cause: err}
}
