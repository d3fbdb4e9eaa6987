package ui

import (
	"slices"
	"strconv"

	"fyne.io/fyne/v2"

	"fanlight/ui/kit"
)

// controls are the camera's own settings, one row each. A row exists as long as its
// control does, so that nothing moves while values change.
type controls struct {
	list    *fyne.Container
	adjust  func(name string, value int)
	focused kit.FocusFunc
	rows    []*controlRow
}

// controlRow is the row of one control.
type controlRow struct {
	control Control
	object  fyne.CanvasObject
	show    func(Control)
	follow  func() // makes the next State count even if the user has just changed the control
}

func newControls(adjust func(name string, value int)) *controls {
	return &controls{list: kit.NewRows(), adjust: adjust}
}

// show draws the controls, and reports whether the rows have changed.
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

// row returns the control's row, and makes it if need be.
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

// follow makes the next State count even for what the user has just changed.
func (c *controls) follow() {
	for _, row := range c.rows {
		row.follow()
	}
}

func (r *controlRow) slide(adjust func(int), focused kit.FocusFunc) {
	number := kit.NewNumberField(r.control.Label, r.control.Min, r.control.Max, r.control.Step, adjust)
	number.Slider.OnFocus = focused
	r.object, r.follow = number.Object, number.Slider.Follow
	r.show = func(c Control) {
		number.Set(c.Value)
		kit.SetEnabled(number.Slider, !c.Inactive)
	}
}

func (r *controlRow) toggle(adjust func(int), focused kit.FocusFunc) {
	var hold kit.Hold
	check := kit.NewCheck(r.control.Label, func(on bool) {
		hold.Begin()
		adjust(number(on))
	})
	check.OnFocus = focused
	r.object, r.follow = kit.NewTick(check), hold.End
	r.show = func(c Control) {
		if !hold.Holds() {
			check.Set(c.Value != 0)
		}
		kit.SetEnabled(check, !c.Inactive)
	}
}

func number(on bool) int {
	if on {
		return 1
	}
	return 0
}

func (r *controlRow) menu(adjust func(int), focused kit.FocusFunc) {
	var hold kit.Hold
	choices := itemChoices(r.control.Items)
	var menu *kit.Dropdown[int]
	menu = kit.NewDropdown(r.control.Label, func(value int) {
		hold.Begin()
		menu.Set(choices, itemWords(r.control.Items, value))
		adjust(value)
	})
	menu.OnFocus = focused
	r.object, r.follow = kit.NewField(r.control.Label, menu), hold.End
	r.show = func(c Control) {
		if !hold.Holds() {
			menu.Set(choices, itemWords(c.Items, c.Value))
		}
		kit.SetEnabled(menu, !c.Inactive)
	}
}

// sameControl reports whether two controls differ in their values only, so that the row
// of one can be used for the other.
func sameControl(a, b Control) bool {
	return a.Name == b.Name && a.Label == b.Label && a.Kind == b.Kind &&
		a.Min == b.Min && a.Max == b.Max && a.Step == b.Step && slices.Equal(a.Items, b.Items)
}

// changed reports whether any control differs from its default.
func changed(controls []Control) bool {
	return slices.ContainsFunc(controls, func(c Control) bool { return c.Value != c.Default && !c.Inactive })
}

func itemChoices(items []MenuItem) []kit.Choice[int] {
	var choices []kit.Choice[int]
	for _, item := range items {
		choices = append(choices, kit.Choice[int]{Label: item.Label, Value: item.Value})
	}
	return choices
}

// itemWords returns the label of the item with a value, or the value if there is none.
func itemWords(items []MenuItem, value int) string {
	if at := slices.IndexFunc(items, func(item MenuItem) bool { return item.Value == value }); at >= 0 {
		return items[at].Label
	}
	return strconv.Itoa(value)
}
