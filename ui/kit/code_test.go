package kit

import (
	"image"
	"image/color"
	"testing"
)

// All modules have the same whole number of pixels.
func TestCodeIsSharp(t *testing.T) {
	const modules = 33
	rows := make([][]bool, modules)
	for y := range rows {
		for x := range modules {
			rows[y] = append(rows[y], (x*x+3*y)%5 < 2)
		}
	}
	c := NewCode()
	c.Set(rows)
	for _, size := range []image.Point{{X: modules, Y: modules}, {X: 333, Y: 333}, {X: 500, Y: 333}, {X: 1001, Y: 1003}} {
		picture := c.draw(size.X, size.Y)
		module := min(size.X, size.Y) / modules
		left, top := (size.X-module*modules)/2, (size.Y-module*modules)/2
		for y := range size.Y {
			for x := range size.X {
				want := color.Gray{Y: 0xff}
				if at := image.Pt(x-left, y-top); at.In(image.Rect(0, 0, module*modules, module*modules)) && rows[at.Y/module][at.X/module] {
					want.Y = 0
				}
				if got := picture.At(x, y); got != want {
					t.Fatalf("%v: the pixel %d, %d is %v, want %v", size, x, y, got, want)
				}
			}
		}
	}
}
