package turbo

// Way is one of the eight ways to turn a picture: rows and columns are swapped
// first, then left and right, then top and bottom. The zero Way leaves it alone.
type Way struct{ Transpose, FlipX, FlipY bool }

// Then is the way of going one way and then another.
func (w Way) Then(next Way) Way {
	if next.Transpose {
		w.FlipX, w.FlipY = w.FlipY, w.FlipX
	}
	return Way{
		Transpose: w.Transpose != next.Transpose,
		FlipX:     w.FlipX != next.FlipX,
		FlipY:     w.FlipY != next.FlipY,
	}
}
