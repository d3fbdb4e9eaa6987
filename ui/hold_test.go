package ui

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestHold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var h hold
		want := func(holds bool) {
			t.Helper()
			if h.holds() != holds {
				t.Errorf("holds: %v", !holds)
			}
		}
		want(false)
		h.begin()
		want(true)
		time.Sleep(settle - time.Nanosecond)
		want(true)
		h.begin()
		time.Sleep(settle - time.Nanosecond)
		want(true)
		time.Sleep(time.Nanosecond)
		want(false)
		h.begin()
		h.end()
		want(false)
	})
}
