package kit

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

var _ fyne.Accessible = (*Dropdown[int])(nil)

// Choice is one entry of a dropdown.
type Choice[T comparable] struct {
	Label string
	Value T
}

// Dropdown is Fyne's Select with a menu of its own. Select moves and resizes its open
// menu whenever it is moved or resized itself; this menu stays where it opened, with
// the entries that it opened with, until the user closes it.
type Dropdown[T comparable] struct {
	widget.Select
	name    string  // what a screen reader calls it
	picked  func(T) // the user's choice; the owner then calls Set
	Choices []Choice[T]
	More    *fyne.MenuItem // an entry below the choices; may be nil
	OnFocus FocusFunc
	focused bool
}

// NewDropdown makes an empty dropdown that calls picked with the user's choice.
func NewDropdown[T comparable](name string, picked func(T)) *Dropdown[T] {
	d := &Dropdown[T]{name: name, picked: picked}
	d.ExtendBaseWidget(d)
	return d
}

// Set shows a value from the program. Selected may be a label that is not among the choices.
func (d *Dropdown[T]) Set(choices []Choice[T], selected string) {
	d.Choices = choices
	if d.Selected != selected {
		d.Selected = selected
		d.Refresh()
	}
}

// Tapped is called by Fyne.
func (d *Dropdown[T]) Tapped(*fyne.PointEvent) {
	if d.Disabled() {
		return
	}
	if c := fyne.CurrentApp().Driver().CanvasForObject(d); c != nil {
		c.Focus(d)
	}
	d.Open()
}

// TypedKey is called by Fyne.
func (d *Dropdown[T]) TypedKey(key *fyne.KeyEvent) {
	switch key.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter, fyne.KeyUp, fyne.KeyDown:
		d.Open()
	case fyne.KeyRight:
		d.step(1)
	case fyne.KeyLeft:
		d.step(-1)
	}
}

// FocusGained is called by Fyne.
func (d *Dropdown[T]) FocusGained() {
	d.focused = true
	d.Select.FocusGained()
	d.OnFocus.call(d)
}

// step picks the choice before or after the selected one, and wraps around at the ends.
func (d *Dropdown[T]) step(by int) {
	count := len(d.Choices)
	if count == 0 || d.Disabled() {
		return
	}
	at := slices.IndexFunc(d.Choices, func(c Choice[T]) bool { return c.Label == d.Selected })
	if at < 0 && by < 0 {
		at = 0
	}
	d.picked(d.Choices[(at+by+count)%count].Value)
}

// Open opens the menu.
func (d *Dropdown[T]) Open() {
	driver := fyne.CurrentApp().Driver()
	c := driver.CanvasForObject(d)
	if c == nil || d.Disabled() {
		return
	}
	menu := widget.NewPopUpMenu(fyne.NewMenu("", d.items()...), c)
	menu.Resize(menu.MinSize().Max(fyne.NewSize(d.Size().Width, 0)))
	menu.ShowAtPosition(driver.AbsolutePositionForObject(d).AddXY(0, d.Size().Height))
}

func (d *Dropdown[T]) items() []*fyne.MenuItem {
	var items []*fyne.MenuItem
	for _, c := range d.Choices {
		items = append(items, fyne.NewMenuItem(c.Label, func() { d.picked(c.Value) }))
	}
	if d.More != nil {
		if len(items) > 0 {
			items = append(items, fyne.NewMenuItemSeparator())
		}
		items = append(items, d.More)
	}
	return items
}

// FocusLost is called by Fyne.
func (d *Dropdown[T]) FocusLost() {
	d.focused = false
	d.Select.FocusLost()
}

// KeyDown is called by Fyne before TypedKey, which repeats while the key is held.
func (d *Dropdown[T]) KeyDown(key *fyne.KeyEvent) { passOnSpecial(d, key) }

// KeyUp does nothing; desktop.Keyable needs it.
func (d *Dropdown[T]) KeyUp(*fyne.KeyEvent) {}

// CreateRenderer is called by Fyne.
func (d *Dropdown[T]) CreateRenderer() fyne.WidgetRenderer {
	return newRinged(d.Select.CreateRenderer(), d, func() bool { return d.focused })
}

// AccessibilityLabel returns what a screen reader says.
func (d *Dropdown[T]) AccessibilityLabel() string {
	if d.Selected == "" {
		return d.name + ": " + d.PlaceHolder
	}
	return d.name + ": " + d.Selected
}

// AccessibilityRole returns the button's role: Fyne has no role for dropdowns.
func (d *Dropdown[T]) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }
