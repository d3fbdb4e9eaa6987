package ui

import (
	"slices"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"
)

// controls are the camera's own settings, a row each. A row lives as long as its
// control stays what it is, so that nothing moves while the values do.
type controls struct {
	list    *fyne.Container
	adjust  func(name string, value int)
	focused attention
	rows    []*controlRow
}

// controlRow is what one control is operated by.
type controlRow struct {
	control Control
	object  fyne.CanvasObject
	show    func(Control)
	follow  func() // the next State counts, whatever the user set
}

func newControls(adjust func(name string, value int)) *controls {
	return &controls{list: newRows(), adjust: adjust}
}

// show follows the state of the program. It reports whether there are other rows than before.
func (c *controls) show(all []Control) bool {
	same := func(row *controlRow, control Control) bool { return sameControl(row.control, control) }
	changed := !slices.EqualFunc(c.rows, all, same)
	if changed {
		c.list.RemoveAll()
		rows := make([]*controlRow, 0, len(all))
		for _, control := range all {
			row := c.row(control)
			rows = append(rows, row)
			c.list.Add(row.object)
		}
		c.rows = rows
	}
	for i, control := range all {
		c.rows[i].show(control)
	}
	return changed
}

// row returns the control's row from before, else a new one.
func (c *controls) row(control Control) *controlRow {
	for _, row := range c.rows {
		if sameControl(row.control, control) {
			return row
		}
	}
	adjust := func(value int) { c.adjust(control.Name, value) }
	row := &controlRow{control: control}
	switch control.Kind {
	case Toggle:
		row.toggle(adjust, c.focused)
	case Menu:
		row.menu(adjust, c.focused)
	default:
		row.slide(adjust, c.focused)
	}
	return row
}

// follow makes the next State count, also for what the user has just set.
func (c *controls) follow() {
	for _, row := range c.rows {
		row.follow()
	}
}

func (r *controlRow) slide(adjust func(int), focused attention) {
	number := newNumber(r.control.Label, r.control.Min, r.control.Max, r.control.Step, adjust)
	number.slider.focused = focused
	r.object, r.follow = number.object, number.slider.hold.end
	r.show = func(c Control) {
		number.set(c.Value)
		setEnabled(number.slider, !c.Inactive)
	}
}

func (r *controlRow) toggle(adjust func(int), focused attention) {
	var hold hold
	check := newCheck(r.control.Label, func(on bool) {
		hold.begin()
		adjust(number(on))
	})
	check.focused = focused
	r.object, r.follow = newTick(check), hold.end
	r.show = func(c Control) {
		if !hold.holds() {
			check.set(c.Value != 0)
		}
		setEnabled(check, !c.Inactive)
	}
}

func number(on bool) int {
	if on {
		return 1
	}
	return 0
}

func (r *controlRow) menu(adjust func(int), focused attention) {
	var hold hold
	choices := itemChoices(r.control.Items)
	var menu *dropdown[int]
	menu = newDropdown(r.control.Label, func(value int) {
		hold.begin()
		menu.set(choices, itemWords(r.control.Items, value))
		adjust(value)
	})
	menu.focused = focused
	r.object, r.follow = newField(r.control.Label, menu), hold.end
	r.show = func(c Control) {
		if !hold.holds() {
			menu.set(choices, itemWords(c.Items, c.Value))
		}
		setEnabled(menu, !c.Inactive)
	}
}

// numberField is a slider below its label and its value.
type numberField struct {
	object fyne.CanvasObject
	slider *slider
	value  *widget.Label
}

func newNumber(label string, least, most, step int, moved func(value int)) *numberField {
	n := &numberField{value: widget.NewLabel("")}
	n.slider = newSlider(label, least, most, step, func(value int) {
		n.value.SetText(strconv.Itoa(value))
		moved(value)
	})
	words := container.NewBorder(nil, nil, nil, n.value, newCaption(label))
	n.object = lowered(10, container.New(layout.NewCustomPaddedVBoxLayout(-8), words, n.slider))
	return n
}

// set follows the program.
func (n *numberField) set(value int) {
	if n.slider.set(value) {
		setText(n.value, strconv.Itoa(value))
	}
}

// newField is a widget below its label.
func newField(label string, o fyne.CanvasObject) *fyne.Container {
	return container.New(layout.NewCustomPaddedVBoxLayout(-3), newCaption(label), o)
}

// newTick is a check as it is put into the drawer.
func newTick(c *check) fyne.CanvasObject { return lowered(6, c) }

// lowered takes from the space that a widget keeps below what it draws.
func lowered(by float32, o fyne.CanvasObject) fyne.CanvasObject {
	return container.New(layout.NewCustomPaddedLayout(0, -by, 0, 0), o)
}

func newCaption(text string) *widget.Label {
	caption := widget.NewLabel(text)
	caption.Truncation = fyne.TextTruncateEllipsis
	return caption
}

// newRows is a column of fields.
func newRows(rows ...fyne.CanvasObject) *fyne.Container {
	return container.New(layout.NewCustomPaddedVBoxLayout(2), rows...)
}

func setEnabled(o fyne.Disableable, enabled bool) {
	switch {
	case enabled != o.Disabled():
	case enabled:
		o.Enable()
	default:
		o.Disable()
	}
}
