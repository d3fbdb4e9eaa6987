//go:build linux

package v4l2

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"unsafe"

	"fanlight/drivers/camera"

	go4vl "github.com/vladimirvivien/go4vl/v4l2"
	"golang.org/x/sys/unix"
)

// control is a control with the kernel's number for it.
type control struct {
	camera.Control
	id     go4vl.CtrlID
	button bool // has no value, and does something when it is set
	listed bool // an integer menu, whose items are numbers
}

// Flags of a control (V4L2_CTRL_FLAG_... of linux/videodev2.h).
const (
	flagDisabled  = 0x0001
	flagGrabbed   = 0x0002 // locked for now, by another program for one
	flagReadOnly  = 0x0004
	flagInactive  = 0x0010 // overruled by another control
	flagNextOne   = 1 << 31
	mostControls  = 1024
	mostMenuItems = 1024
)

// controls describes the camera's controls, without values and items. It omits those
// whose values are no numbers.
func (d *device) controls() ([]control, error) {
	described, err := d.describeAll()
	if err != nil {
		return nil, err
	}
	var controls []control
	names := map[string]int{}
	for _, s := range d.sources() {
		names[s.Name] = 1
	}
	for _, q := range described {
		c, ok := describe(q)
		if !ok || q.flags&flagDisabled != 0 {
			continue
		}
		if names[c.Name]++; names[c.Name] > 1 { // some cameras have two of a name
			c.Label = fmt.Sprintf("%s (%d)", c.Label, names[c.Name])
			c.Name = fmt.Sprintf("%s_%d", c.Name, names[c.Name])
		}
		controls = append(controls, c)
	}
	return controls, nil
}

// describe returns a control of a type with a number for its value.
func describe(q controlStruct) (c control, ok bool) {
	label := text(q.name[:])
	name := controlName(label)
	if name == "" {
		name = fmt.Sprintf("control_0x%08x", q.id)
	}
	if label == "" {
		label = fmt.Sprintf("Control 0x%08x", q.id)
	}
	c = control{id: q.id, Control: camera.Control{
		Name: name, Label: label,
		Min: int(q.minimum), Max: int(q.maximum), Step: max(int(q.step), 1), Default: int(q.byDefault),
		Inactive: q.flags&(flagInactive|flagGrabbed|flagReadOnly) != 0,
	}}
	switch go4vl.CtrlType(q.kind) {
	case go4vl.CtrlTypeInt:
		c.Kind = camera.Range
	case go4vl.CtrlTypeBitMask:
		c.Kind = camera.Range
		c.Min, c.Max, c.Default = 0, int(uint32(q.maximum)), int(uint32(q.byDefault))
	case go4vl.CtrlTypeBool:
		c.Kind = camera.Toggle
	case go4vl.CtrlTypeButton: // on presses it, and off does nothing
		c.Kind, c.button = camera.Toggle, true
		c.Min, c.Max, c.Default = 0, 1, 0
	case go4vl.CtrlTypeMenu:
		c.Kind = camera.Menu
	case go4vl.CtrlTypeIntegerMenu:
		c.Kind, c.listed = camera.Menu, true
	default:
		return control{}, false
	}
	return c, true
}

// describeAll asks for all controls: each names the next, or in old drivers those of the
// usual numbers.
func (d *device) describeAll() (described []controlStruct, err error) {
	last := uint32(0)
	err = enumerate(mostControls, func(uint32) error {
		q := controlStruct{id: last | flagNextOne}
		if err := d.ioctl(requestQueryControl, unsafe.Pointer(&q)); err != nil {
			return err
		}
		if q.id <= last { // a list that goes round
			return unix.EINVAL
		}
		described, last = append(described, q), q.id
		return nil
	})
	if none := errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOTTY); err != nil && !none && len(described) == 0 {
		return nil, fmt.Errorf("listing controls: %w", err)
	}
	if len(described) > 0 {
		return described, nil
	}
	// V4L2_CID_BASE, V4L2_CID_CAMERA_CLASS_BASE and V4L2_CID_PRIVATE_BASE.
	for _, base := range []uint32{0x00980900, 0x009a0901, 0x08000000} {
		for id := base; id < base+64; id++ {
			q := controlStruct{id: id}
			if d.ioctl(requestQueryControl, unsafe.Pointer(&q)) == nil {
				described = append(described, q)
			}
		}
	}
	return described, nil
}

// items lists the choices of a menu, and returns nil for other controls.
func (d *device) items(c control) (items []camera.MenuItem) {
	if c.Kind != camera.Menu {
		return nil
	}
	for index := c.Min; index <= c.Max && index < c.Min+mostMenuItems; index++ {
		q := menuStruct{id: c.id, index: uint32(index)}
		if d.ioctl(requestQueryMenu, unsafe.Pointer(&q)) != nil {
			continue // menus have gaps
		}
		label := text(q.name[:])
		if c.listed {
			label = strconv.FormatInt(int64(binary.NativeEndian.Uint64(q.name[:])), 10)
		}
		items = append(items, camera.MenuItem{Value: index, Label: label})
	}
	return items
}

func (d *device) value(id go4vl.CtrlID) (int, error) {
	v := valueStruct{id: id}
	if err := d.ioctl(requestGetControl, unsafe.Pointer(&v)); err != nil {
		return 0, fmt.Errorf("reading control %#x: %w", id, err)
	}
	return int(v.value), nil
}

// set sets a control to a value within its range.
func (d *device) set(id go4vl.CtrlID, value int) error {
	v := valueStruct{id: id, value: int32(value)}
	if err := d.ioctl(requestSetControl, unsafe.Pointer(&v)); err != nil {
		return fmt.Errorf("setting control %#x: %w", id, err)
	}
	return nil
}

// read fills in a control's value and items. What cannot be read now has its default, and
// cannot be set.
func (d *device) read(c control) camera.Control {
	c.Items = d.items(c)
	if c.button {
		return c.Control
	}
	value, err := d.value(c.id)
	switch {
	case err != nil:
		c.Value, c.Inactive = c.Default, true
	case c.Kind == camera.Range && c.Min >= 0:
		c.Value = int(uint32(value)) // a bit mask may have the highest bit
	default:
		c.Value = value
	}
	return c.Control
}
