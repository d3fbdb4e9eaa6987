package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"
)

var _ fyne.Accessible = (*Check)(nil)

// Check is Fyne's Check that reports only changes made by the user.
type Check struct {
	widget.Check
	OnFocus FocusFunc
	focused bool
}

// NewCheck makes a check that calls changed when the user changes it.
func NewCheck(text string, changed func(on bool)) *Check {
	c := &Check{}
	c.Text, c.OnChanged = text, changed
	c.ExtendBaseWidget(c)
	return c
}

// Set shows a value from the program and does not report it, as SetChecked would.
func (c *Check) Set(on bool) {
	if c.Checked != on {
		c.Checked = on
		c.Refresh()
	}
}

// FocusGained is called by Fyne.
func (c *Check) FocusGained() {
	c.focused = true
	c.Check.FocusGained()
	c.OnFocus.call(c)
}

// FocusLost is called by Fyne.
func (c *Check) FocusLost() {
	c.focused = false
	c.Check.FocusLost()
}

// KeyDown is called by Fyne before TypedKey, which repeats while the key is held.
func (c *Check) KeyDown(key *fyne.KeyEvent) { passOnSpecial(c, key) }

// KeyUp does nothing; desktop.Keyable needs it.
func (c *Check) KeyUp(*fyne.KeyEvent) {}

// CreateRenderer is called by Fyne.
func (c *Check) CreateRenderer() fyne.WidgetRenderer {
	return newRinged(c.Check.CreateRenderer(), c, func() bool { return c.focused })
}

// AccessibilityLabel returns what a screen reader says.
func (c *Check) AccessibilityLabel() string {
	if c.Checked {
		return lang.L("{{.Name}}: on", map[string]any{"Name": c.Text})
	}
	return lang.L("{{.Name}}: off", map[string]any{"Name": c.Text})
}

// AccessibilityRole returns the button's role: Fyne has no role for checks.
func (c *Check) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }
