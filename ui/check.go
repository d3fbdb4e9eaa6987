package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

var _ fyne.Accessible = (*check)(nil)

// check is Fyne's Check that tells of the user's changes only.
type check struct {
	widget.Check
	focused attention
}

func newCheck(text string, changed func(on bool)) *check {
	c := &check{}
	c.Text, c.OnChanged = text, changed
	c.ExtendBaseWidget(c)
	return c
}

// set follows the program. SetChecked would report it.
func (c *check) set(on bool) {
	if c.Checked != on {
		c.Checked = on
		c.Refresh()
	}
}

// FocusGained is called by Fyne.
func (c *check) FocusGained() {
	c.Check.FocusGained()
	c.focused.to(c)
}

// AccessibilityLabel is what a screen reader says.
func (c *check) AccessibilityLabel() string {
	if c.Checked {
		return c.Text + ": on"
	}
	return c.Text + ": off"
}

// AccessibilityRole is a button: Fyne has no role for checks.
func (c *check) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }
