package kit

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
)

// List is a column of rows of one height, one for each thing of a kind. A row lives
// as long as its thing is there: a button under the pointer, or with the keyboard,
// stays what it is while other things come and go. Only rows in sight, and some
// beside them for the Tab key, are made and drawn: a thousand things cost no more
// than ten.
type List[K comparable, T any] struct {
	Drawn  *fyne.Container
	Scroll *container.Scroll // that it is in
	key    func(T) K         // what makes it the same thing as before
	row    func(T) *ListRow[T]
	// fallback gets the keyboard where the last row that had it is gone.
	fallback fyne.Focusable

	things []T
	rows   map[K]*ListRow[T] // that were made
	height float32           // of a row
}

type ListRow[T any] struct {
	Object  fyne.CanvasObject
	Buttons []*Button
	Show    func(T)
}

// beside is how many rows there are above and below those in sight.
const beside = 2

func NewList[K comparable, T any](key func(T) K, row func(T) *ListRow[T], fallback fyne.Focusable) *List[K, T] {
	l := &List[K, T]{key: key, row: row, fallback: fallback, rows: map[K]*ListRow[T]{}}
	l.Drawn = container.New(rowsOf[K, T]{l})
	return l
}

// Show follows the program, and tells whether the list needs another height than before.
func (l *List[K, T]) Show(things []T) (moved bool) {
	before := l.things
	l.things = things
	there := make(map[K]bool, len(things))
	for _, thing := range things {
		there[l.key(thing)] = true
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
	return len(before) != len(things)
}

// Fill puts the rows into the list that are in sight now.
func (l *List[K, T]) Fill() {
	if len(l.things) > 0 && l.height == 0 {
		l.height = l.made(0).Object.MinSize().Height
	}
	first, last := l.inSight()
	var objects []fyne.CanvasObject
	for at := range l.things {
		made := l.rows[l.key(l.things[at])]
		if (at < first || at > last) && (made == nil || !made.focused()) {
			continue
		}
		row := l.made(at)
		row.Show(l.things[at])
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

// made returns a thing's row.
func (l *List[K, T]) made(at int) *ListRow[T] {
	key := l.key(l.things[at])
	row, known := l.rows[key]
	if !known {
		row = l.row(l.things[at])
		l.rows[key] = row
	}
	return row
}

// place puts the rows where they belong.
func (l *List[K, T]) place() {
	for at, thing := range l.things {
		if row := l.rows[l.key(thing)]; row != nil {
			row.Object.Resize(fyne.NewSize(l.Drawn.Size().Width, l.height))
			row.Object.Move(fyne.NewPos(0, float32(at)*l.height))
		}
	}
}

// heir returns what gives the keyboard to the neighbour of a row that had it, where
// the row's thing is no longer there; else nil.
func (l *List[K, T]) heir(before []T, there map[K]bool) func() {
	for at, thing := range before {
		row := l.rows[l.key(thing)]
		if row == nil || there[l.key(thing)] || !row.focused() {
			continue
		}
		c := fyne.CurrentApp().Driver().CanvasForObject(row.Object)
		which := slices.IndexFunc(row.Buttons, (*Button).isFocused)
		return func() {
			if len(l.things) == 0 {
				c.Focus(l.fallback)
				return
			}
			c.Focus(l.made(min(at, len(l.things)-1)).Buttons[which])
		}
	}
	return nil
}

func (r *ListRow[T]) focused() bool { return slices.ContainsFunc(r.Buttons, (*Button).isFocused) }

// rowsOf is a list's layout.
type rowsOf[K comparable, T any] struct{ list *List[K, T] }

func (r rowsOf[K, T]) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(0, float32(len(r.list.things))*r.list.height)
}

func (r rowsOf[K, T]) Layout([]fyne.CanvasObject, fyne.Size) {
	r.list.Fill()
	r.list.place()
}
