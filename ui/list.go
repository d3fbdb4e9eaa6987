package ui

import (
	"slices"

	"fyne.io/fyne/v2"
)

// list is a column of rows, one for each thing of a kind. A row lives as long as
// its thing is there: a button under the pointer, or with the keyboard, stays what
// it is while other things come and go.
type list[K comparable, T any] struct {
	rows *fyne.Container
	key  func(T) K // what makes it the same thing as before
	row  func(T) *listRow[T]
	// fallback gets the keyboard where the last row that had it is gone.
	fallback fyne.Focusable

	shown []*listRow[T]
	byKey map[K]*listRow[T]
}

type listRow[T any] struct {
	object  fyne.CanvasObject
	buttons []*button
	show    func(T)
}

func newList[K comparable, T any](key func(T) K, row func(T) *listRow[T], fallback fyne.Focusable) *list[K, T] {
	return &list[K, T]{rows: newRows(), key: key, row: row, fallback: fallback}
}

// show follows the program, and tells whether there are other rows than before.
func (l *list[K, T]) show(things []T) (moved bool) {
	next := make([]*listRow[T], 0, len(things))
	byKey := make(map[K]*listRow[T], len(things))
	for _, thing := range things {
		row, known := l.byKey[l.key(thing)]
		if !known {
			row = l.row(thing)
		}
		row.show(thing)
		next = append(next, row)
		byKey[l.key(thing)] = row
	}
	before := l.shown
	l.shown, l.byKey = next, byKey
	if slices.Equal(before, next) {
		return false
	}
	l.rows.RemoveAll()
	for _, row := range next {
		l.rows.Add(row.object)
	}
	l.refocus(before)
	return true
}

// refocus gives the keyboard to the neighbour of a row that had it and is gone.
func (l *list[K, T]) refocus(before []*listRow[T]) {
	c := fyne.CurrentApp().Driver().CanvasForObject(l.rows)
	if c == nil {
		return
	}
	focused, ok := c.Focused().(*button)
	if !ok {
		return
	}
	for at, row := range before {
		which := slices.Index(row.buttons, focused)
		if which < 0 || slices.Contains(l.shown, row) {
			continue
		}
		if len(l.shown) == 0 {
			c.Focus(l.fallback)
			return
		}
		c.Focus(l.shown[min(at, len(l.shown)-1)].buttons[which])
		return
	}
}
