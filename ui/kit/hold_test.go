package kit

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestHold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var h Hold
		want := func(holds bool) {
			t.Helper()
			if h.Holds() != holds {
				t.Errorf("holds: %v", !holds)
			}
		}
		want(false)
		h.Begin()
		want(true)
		time.Sleep(settle - time.Nanosecond)
		want(true)
		h.Begin()
		time.Sleep(settle - time.Nanosecond)
		want(true)
		time.Sleep(time.Nanosecond)
		want(false)
		h.Begin()
		h.End()
		want(false)
	})
}
