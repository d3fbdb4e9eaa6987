//go:build linux

package v4l2

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"fanlight/drivers/camera"

	go4vl "github.com/vladimirvivien/go4vl/v4l2"
	"golang.org/x/sys/unix"
)

// controlName returns v4l2-ctl's name for a control (its name2var):
// "Power Line Frequency" is power_line_frequency.
func controlName(label string) string {
	words := strings.FieldsFunc(label, func(r rune) bool {
		return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	return strings.ToLower(strings.Join(words, "_"))
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
			if !ok || c.button || want < c.Min || want > c.Max || ctx.Err() != nil {
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
