package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

var _ fyne.Accessible = (*Check)(nil)

// Check is Fyne's Check that tells of the user's changes only.
type Check struct {
	widget.Check
	OnFocus FocusFunc
}

func NewCheck(text string, changed func(on bool)) *Check {
	c := &Check{}
	c.Text, c.OnChanged = text, changed
	c.ExtendBaseWidget(c)
	return c
}

// Set follows the program. SetChecked would report it.
func (c *Check) Set(on bool) {
	if c.Checked != on {
		c.Checked = on
		c.Refresh()
	}
}

// FocusGained is called by Fyne.
func (c *Check) FocusGained() {
	c.Check.FocusGained()
	c.OnFocus.call(c)
}

// AccessibilityLabel is what a screen reader says.
func (c *Check) AccessibilityLabel() string {
	if c.Checked {
		return c.Text + ": on"
	}
	return c.Text + ": off"
}

// AccessibilityRole is a button: Fyne has no role for checks.
func (c *Check) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }
