//go:build linux

package v4l2

import (
	"errors"
	"fmt"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// signalError is an input that has nothing to show.
type signalError struct {
	input string // its name, empty for a device without inputs
	cause error  // ENOLINK: no signal, ENOLCK: no stable one, ERANGE: one of another kind, ENODATA: no power
}

func (e *signalError) Error() string {
	at := e.input
	if at == "" {
		at = "the cable"
	}
	switch {
	case errors.Is(e.cause, unix.ENOLCK):
		return fmt.Sprintf("No stable signal on %s: check the cable, or try a shorter one", at)
	case errors.Is(e.cause, unix.ERANGE):
		return fmt.Sprintf("The signal on %s is of a kind that this device cannot take: choose another resolution where it comes from", at)
	case errors.Is(e.cause, unix.ENODATA):
		return fmt.Sprintf("What is connected to %s is off: switch it on", at)
	}
	return fmt.Sprintf("No signal on %s: switch on what is connected there, check the cable, or choose another input", at)
}

func (e *signalError) Unwrap() error { return e.cause }

// signal returns why no picture comes, as far as the input's status tells.
func (d *device) signal() error {
	in, ok := d.input()
	switch {
	case !ok:
		return nil
	case in.status&inputNoPower != 0:
		return &signalError{in.name, unix.ENODATA}
	case in.status&inputNoSignal != 0:
		return &signalError{in.name, unix.ENOLINK}
	case in.status&inputNoLock != 0:
		return &signalError{in.name, unix.ENOLCK}
	}
	return nil
}

// severed turns the failure of a device that says that its link is severed into one that
// names the input.
func (d *device) severed(err error) error {
	var said *signalError
	if !errors.Is(err, unix.ENOLINK) || errors.As(err, &said) {
		return err
	}
	in, _ := d.input()
	return &signalError{in.name, err}
}

// unfedError is a virtual camera that no program feeds.
type unfedError struct{ cause error }

func (e *unfedError) Error() string { return "no program feeds it" }
func (e *unfedError) Unwrap() error { return e.cause }

// Silence is when no picture comes: after silencePatience the driver asks for the signal,
// and a virtual camera counts as not fed after unfedPatience, or three times the longest
// gap that it had.
const (
	silencePatience = time.Second
	unfedPatience   = 4 * time.Second
)

// silent returns what is wrong with a device that has delivered nothing for so long.
func (d *device) silent(since, longestGap time.Duration) error {
	if err := d.signal(); err != nil {
		return err
	}
	if d.driver == loopbackDriver && since >= max(unfedPatience, 3*longestGap) {
		return &unfedError{unix.ENODATA}
	}
	return nil
}

// Events: V4L2_EVENT_SOURCE_CHANGE and its one flag.
const (
	sourceChange      = 5
	changesResolution = 1
)

// subscribe asks to be told when another signal comes in at the chosen input.
func (d *device) subscribe() {
	to := subscriptionStruct{kind: sourceChange}
	_ = d.request(requestGetInput, &to.id)
	_ = d.ioctl(requestSubscribe, unsafe.Pointer(&to)) // webcams refuse it
}

// sourceChanged takes an event, and returns errAnew if the stream must begin anew.
func (d *device) sourceChanged() error {
	var event eventStruct
	if err := d.ioctl(requestEvent, unsafe.Pointer(&event)); err != nil {
		return fmt.Errorf("reading an event: %w", err)
	}
	if event.kind == sourceChange && event.data[0]&changesResolution != 0 {
		return errAnew
	}
	return nil
}
