//go:build linux

package v4l2

import (
	"runtime"
	"testing"
	"unsafe"
)

// TestDeepStackStaysPut measures what deep is there for: a local variable in a
// call from any depth keeps its address while the call goes deeper and garbage
// is collected. Without deep it does not, which proves the measure.
func TestDeepStackStaysPut(t *testing.T) {
	moves := func(around func(func())) (n int) {
		for depth := range 100 {
			moved := make(chan bool)
			go func() { // for a fresh, small stack
				var m bool
				descend(depth, func() { around(func() { m = movesMeanwhile() }) })
				moved <- m
			}()
			if <-moved {
				n++
			}
		}
		return n
	}
	if n := moves(func(call func()) { call() }); n == 0 {
		t.Error("no stack moved even without deep: this test proves nothing")
	}
	if n := moves(deep); n != 0 {
		t.Errorf("the stack moved in %d of 100 calls", n)
	}
}

//go:noinline
func descend(steps int, then func()) {
	var frame [512]byte
	if steps == 0 {
		then()
	} else {
		descend(steps-1, then)
	}
	runtime.KeepAlive(&frame)
}

//go:noinline
func movesMeanwhile() bool {
	var variable byte
	before := uintptr(unsafe.Pointer(&variable))
	descend(20, func() {}) // deeper than any call of go4vl
	runtime.GC()
	return uintptr(unsafe.Pointer(&variable)) != before
}
