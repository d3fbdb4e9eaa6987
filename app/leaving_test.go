package main

import (
	"testing"
	"time"
)

func TestLeavingIsBounded(t *testing.T) {
	p := windowless(t, options{})
	release := make(chan struct{})
	p.jobs.add(func() { <-release }) // a camera that does not let go
	if p.closeWithin(time.Millisecond) {
		t.Error("did not wait for what runs")
	}
	close(release)
	if !p.closeWithin(patience) {
		t.Error("does not end")
	}
}
