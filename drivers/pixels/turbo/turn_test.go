package turbo

import (
	"image"
	"testing"
)

// every way there is.
func every() []Way {
	var ways []Way
	for way := range operations {
		ways = append(ways, way)
	}
	return ways
}

// goes is where a pixel of a picture goes.
func (w Way) goes(at, size image.Point) (to, turned image.Point) {
	if w.Transpose {
		at, size = image.Pt(at.Y, at.X), image.Pt(size.Y, size.X)
	}
	if w.FlipX {
		at.X = size.X - 1 - at.X
	}
	if w.FlipY {
		at.Y = size.Y - 1 - at.Y
	}
	return at, size
}

func TestWayThen(t *testing.T) {
	if len(every()) != 8 {
		t.Fatalf("%d ways", len(every()))
	}
	for _, first := range every() {
		for _, next := range every() {
			for _, at := range []image.Point{{0, 0}, {2, 0}, {0, 1}} {
				there, size := first.goes(at, image.Pt(3, 2))
				want, turned := next.goes(there, size)
				got, straight := first.Then(next).goes(at, image.Pt(3, 2))
				if got != want || straight != turned {
					t.Errorf("%v then %v: %v goes to %v, want %v", first, next, at, got, want)
				}
			}
		}
	}
}

// back is the way that undoes another.
func back(w Way) Way {
	for _, b := range every() {
		if w.Then(b) == (Way{}) {
			return b
		}
	}
	panic("no way back")
}

func TestTurnThereAndBackLosesNothing(t *testing.T) {
	for name, s := range samplings {
		file := encoded(t, painted(image.Pt(64, 48), s), 60)
		before := decoded(t, file, 8)
		for _, way := range every() {
			picture := opened(t, file)
			if !picture.CanTurn(way) {
				if way.Transpose && s == Sampled411 {
					continue
				}
				t.Fatalf("%s cannot be turned by %v", name, way)
			}
			turned, err := picture.Turn(way)
			if err != nil {
				t.Fatal(err)
			}
			there := decoded(t, turned, 8)
			to, size := way.goes(image.Pt(0, 0), image.Pt(64, 48))
			if there.Size() != size {
				t.Fatalf("%s, %v: %v", name, way, there.Size())
			}
			if got, want := there.All()[0].Line(to.Y)[to.X], before.All()[0].Line(0)[0]; far(got, want) {
				t.Errorf("%s, %v: %d in the corner, want %d", name, way, got, want)
			}
			again, err := opened(t, turned).Turn(back(way))
			if err != nil {
				t.Fatal(err)
			}
			if d := difference(t, decoded(t, again, 8), before); d != 0 {
				t.Errorf("%s, %v and back: off by %d", name, way, d)
			}
		}
	}
}

// CanTurn says what the library does: what it cannot turn without loss is an error.
func TestCanTurn(t *testing.T) {
	for name, s := range samplings {
		for _, size := range []image.Point{{64, 64}, {64, 60}, {60, 64}, {60, 60}, {72, 64}, {64, 72}} {
			picture := opened(t, encoded(t, painted(size, s), 80))
			for _, way := range every() {
				_, err := picture.Turn(way)
				if can := picture.CanTurn(way); can != (err == nil) && !(way.Transpose && s == Sampled411) {
					t.Errorf("%s, %v by %v: %t, but %v", name, size, way, can, err)
				}
			}
		}
	}
}
