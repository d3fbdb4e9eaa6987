package kit

import (
	"slices"
	"strconv"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// numbers makes a window with a list of numbers, each a button.
func numbers(t *testing.T, tapped func(n int)) (*List[int, int], *Side, fyne.Canvas) {
	t.Helper()
	test.NewTempApp(t)
	fallback := NewButton("none", "none", func() {})
	var side *Side
	l := NewList(func(n int) int { return n }, func(n int) *ListRow[int] {
		b := NewButton(strconv.Itoa(n), strconv.Itoa(n), func() { tapped(n) })
		b.OnFocus = func(o fyne.CanvasObject) { side.Reveal(o) }
		return &ListRow[int]{Object: b, Buttons: []*Button{b}, Show: func(int) {}}
	}, fallback)
	side = NewSide("Numbers", fallback, l.Drawn)
	l.Scroll = side.Scroll
	side.Scroll.OnScrolled = func(fyne.Position) { l.Fill() }
	side.Panel.Show()
	window := test.NewWindow(side.Panel)
	t.Cleanup(window.Close)
	window.Resize(fyne.NewSize(320, 300))
	window.Canvas().Focus(fallback)
	return l, side, window.Canvas()
}

func upTo(n int) []int {
	var all []int
	for i := range n {
		all = append(all, i)
	}
	return all
}

// Rows are made only as they come into sight, here by the Tab key.
func TestListMakesRowsAsTheyAreReached(t *testing.T) {
	var taps []int
	l, side, c := numbers(t, func(n int) { taps = append(taps, n) })
	l.Show(upTo(40))
	side.Place()
	l.Fill()
	if made := len(l.rows); made == 0 || made > 15 {
		t.Errorf("%d rows are made for those in sight", made)
	}
	for range 40 {
		c.FocusNext()
		c.Focused().(*Button).KeyDown(&fyne.KeyEvent{Name: fyne.KeySpace})
	}
	if !slices.Equal(taps, upTo(40)) {
		t.Errorf("the Tab key reached %v", taps)
	}
	if made, drawn := len(l.rows), len(l.Drawn.Objects); drawn > 15 || made != 40 {
		t.Errorf("%d rows are drawn, %d were made", drawn, made)
	}
	l.Show(upTo(3))
	if made := len(l.rows); made != 3 {
		t.Errorf("%d rows are kept for 3 numbers", made)
	}
}

// The keyboard goes on to the neighbour of a row that is gone, and at last to the fallback.
func TestListHandsTheKeyboardOn(t *testing.T) {
	l, side, c := numbers(t, func(int) {})
	l.Show(upTo(5))
	side.Place()
	l.Fill()
	c.Focus(l.rows[2].Buttons[0])
	for _, step := range []struct {
		left []int
		want string
	}{
		{[]int{0, 2, 4}, "2"}, {[]int{0, 4}, "4"}, {[]int{0}, "0"}, {nil, "none"},
	} {
		l.Show(step.left)
		if got := c.Focused().(*Button).Name; got != step.want {
			t.Errorf("with %v left the keyboard is at %s, want %s", step.left, got, step.want)
		}
	}
}
