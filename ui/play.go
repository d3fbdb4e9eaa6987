package ui

import (
	"context"
	"iter"
	"sync"
	"time"
)

// Play says what the preview plays. The zero Play is what the camera sees now.
type Play struct {
	// From is when the first picture was taken; zero for live.
	From  time.Time
	Speed float64 // 1: as fast as it was; 0: one picture stands still
	// Step is how many pictures behind From the one is that stands still; in front of it if
	// negative.
	Step int
	// Recording is the ID of the recording that is played; empty for the camera's history.
	Recording string
}

// Live reports whether it is what the camera sees now.
func (p Play) Live() bool { return p.From.IsZero() }

// reel is what the preview plays, and how far it is. Methods may be called from any
// goroutine.
type reel struct {
	mu      sync.Mutex
	play    Play
	at      time.Time     // when the last picture of play was taken; zero before it
	shown   Play          // that the last picture is of, from that one on
	turned  int           // how often another Play was set
	changed chan struct{} // closed with the next change
}

func newReel() *reel { return &reel{changed: make(chan struct{})} }

// set plays something else.
func (r *reel) set(p Play) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if p == r.play && p.Live() {
		return
	}
	r.play, r.at = p, time.Time{}
	r.turned++
	close(r.changed)
	r.changed = make(chan struct{})
}

// now returns what is played, and when its last picture was taken; zero before that.
func (r *reel) now() (p Play, at time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.play, r.at
}

// onScreen returns what the last picture is of, from that one on. For a moment that is what was
// played before.
func (r *reel) onScreen() Play {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.shown
}

// forget notes that the last picture is not on screen any more.
func (r *reel) forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.shown = Play{}
}

// note notes a picture. It reports whether it is the first one of what is played now.
func (r *reel) note(turned int, taken time.Time) (first bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if turned != r.turned {
		return false
	}
	first = r.at.IsZero()
	r.at, r.shown = taken, r.play
	if !r.shown.Live() {
		r.shown.From, r.shown.Step = taken, 0
	}
	return first && turned > 0
}

// times yields what is to be played, with a number for [reel.note] and a context that ends
// when it is something else. What was interrupted goes on where it was. The sequence ends
// with ctx.
func (r *reel) times(ctx context.Context) iter.Seq2[context.Context, cue] {
	return func(yield func(context.Context, cue) bool) {
		for ctx.Err() == nil {
			r.mu.Lock()
			next, changed := cue{r.play, r.turned}, r.changed
			if !next.Live() && !r.at.IsZero() {
				next.From, next.Step = r.at, 0
			}
			r.mu.Unlock()
			if !until(ctx, changed, func(ctx context.Context) bool {
				more := yield(ctx, next)
				if more {
					wait(ctx, changed) // it has come to its end by itself
				}
				return more
			}) {
				return
			}
		}
	}
}

// cue is a Play with its number.
type cue struct {
	Play
	turned int
}
