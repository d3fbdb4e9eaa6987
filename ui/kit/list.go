package kit

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
)

// List is a column of rows of the same height, one for each item. A row exists as long
// as its item does, so a button under the pointer or with the keyboard focus does not
// change while other items come and go. Only rows in sight, and a few beside them for
// the Tab key, are made and drawn: a thousand items cost no more than ten.
type List[K comparable, T any] struct {
	Drawn  *fyne.Container
	Scroll *container.Scroll // the scroller around it
	key    func(T) K         // identifies an item
	row    func(T) *ListRow[T]
	// fallback gets the keyboard focus when no row is left to get it.
	fallback fyne.Focusable

	items  []T
	rows   map[K]*ListRow[T] // that were made
	height float32           // of a row
}

// ListRow is the row of one item. Show is called when the item has changed.
type ListRow[T any] struct {
	Object  fyne.CanvasObject
	Buttons []*Button
	Show    func(T)
}

// beside is the number of rows drawn above and below those in sight.
const beside = 2

// NewList makes an empty list. Its owner sets Scroll, and calls Fill as it is scrolled.
func NewList[K comparable, T any](key func(T) K, row func(T) *ListRow[T], fallback fyne.Focusable) *List[K, T] {
	l := &List[K, T]{key: key, row: row, fallback: fallback, rows: map[K]*ListRow[T]{}}
	l.Drawn = container.New(rowsOf[K, T]{l})
	return l
}

// Show shows the items, and reports whether the height of the list has changed.
func (l *List[K, T]) Show(items []T) (moved bool) {
	before := l.items
	l.items = items
	there := make(map[K]bool, len(items))
	for _, item := range items {
		there[l.key(item)] = true
	}
	heir := l.heir(before, there)
	for key := range l.rows {
		if !there[key] {
			delete(l.rows, key)
		}
	}
	l.Fill()
	if heir != nil {
		heir()
	}
	return len(before) != len(items)
}

// Fill draws the rows that are in sight now.
func (l *List[K, T]) Fill() {
	if len(l.items) > 0 && l.height == 0 {
		l.height = l.made(0).Object.MinSize().Height
	}
	first, last := l.inSight()
	var objects []fyne.CanvasObject
	for at := range l.items {
		made := l.rows[l.key(l.items[at])]
		if (at < first || at > last) && (made == nil || !made.focused()) {
			continue
		}
		row := l.made(at)
		row.Show(l.items[at])
		objects = append(objects, row.Object)
	}
	if !slices.Equal(l.Drawn.Objects, objects) {
		l.Drawn.Objects = objects
		l.place()
		canvas.Refresh(l.Drawn)
	}
}

// inSight returns the first and the last row to be drawn.
func (l *List[K, T]) inSight() (first, last int) {
	if l.Scroll == nil || l.height == 0 {
		return 0, -1
	}
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject
	top := l.Scroll.Offset.Y - (at(l.Drawn).Y - at(l.Scroll.Content).Y)
	return int(top/l.height) - beside, int((top+l.Scroll.Size().Height)/l.height) + beside
}

// made returns the row of an item, and makes it if need be.
func (l *List[K, T]) made(at int) *ListRow[T] {
	key := l.key(l.items[at])
	row, known := l.rows[key]
	if !known {
		row = l.row(l.items[at])
		l.rows[key] = row
	}
	return row
}

// place moves the rows to their places.
func (l *List[K, T]) place() {
	for at, item := range l.items {
		if row := l.rows[l.key(item)]; row != nil {
			row.Object.Resize(fyne.NewSize(l.Drawn.Size().Width, l.height))
			row.Object.Move(fyne.NewPos(0, float32(at)*l.height))
		}
	}
}

// heir returns a function that moves the keyboard focus to the neighbour of a row that
// has it and whose item is gone; nil if there is none.
func (l *List[K, T]) heir(before []T, there map[K]bool) func() {
	for at, item := range before {
		row := l.rows[l.key(item)]
		if row == nil || there[l.key(item)] || !row.focused() {
			continue
		}
		c := fyne.CurrentApp().Driver().CanvasForObject(row.Object)
		which := slices.IndexFunc(row.Buttons, hasFocus)
		return func() {
			if len(l.items) == 0 {
				c.Focus(l.fallback)
				return
			}
			c.Focus(l.made(min(at, len(l.items)-1)).Buttons[which])
		}
	}
	return nil
}

func (r *ListRow[T]) focused() bool { return slices.ContainsFunc(r.Buttons, hasFocus) }

// rowsOf is the layout of a list.
type rowsOf[K comparable, T any] struct{ list *List[K, T] }

func (r rowsOf[K, T]) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(0, float32(len(r.list.items))*r.list.height)
}

func (r rowsOf[K, T]) Layout([]fyne.CanvasObject, fyne.Size) {
	r.list.Fill()
	r.list.place()
}
