package main

import (
	"errors"
	"fmt"

	"fanlight/drivers"
)

// What protects a stream never ends by itself: where a passcode was, or should be, nothing
// is shared without one before the owner was asked.

// unprotected returns why a camera must not be shared, a sentence for the user; nil if it
// may.
func unprotected(camera drivers.Camera, passcode string, s *settings) error {
	if passcode != "" {
		return nil
	}
	if err := s.damage(); err != nil {
		return err
	}
	if camera.Locked {
		return fmt.Errorf("%s asks for a passcode, and would be passed on to everybody without one: give a passcode of your own with --passcode or $FANLIGHT_PASSCODE, or in the window", camera.Name)
	}
	return nil
}

// barred is unprotected for the chosen camera, as it is now.
func (p *program) barred() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return unprotected(p.chosen, p.passcode, p.settings)
}

// shareAtStart shares, unless the owner must be asked first.
func (p *program) shareAtStart() {
	if p.settings.damage() != nil && !p.hasPasscode() {
		return // the window says so
	}
	p.askOrShare(true)
}

// wantsShare reports whether sharing is on, or about to be.
func (p *program) wantsShare() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.wantShare
}

// decided is part of a job: the owner, who was told that settings were lost, has decided
// who may watch.
func (p *program) decided() {
	if p.settings.damage() == nil || p.options.Passcode != "" {
		return
	}
	p.report(settingsTrouble, p.settings.change(func(r *remembered) { r.Damaged = "" }))
	p.report(damageTrouble, nil)
}

// question is one that the window asks the owner, before a locked stream is passed on to
// everybody.
type question struct {
	number int
	stream string
	yes    func() // is called off the lock
}

// ask is called with mu held.
func (p *program) ask(stream string, yes func()) {
	p.questions++
	p.asking = &question{p.questions, stream, yes}
	p.log.Warn("not passed on to everybody before the owner says so: set a passcode", "stream", stream)
}

// PassOn is called by the window when the owner has said yes to a question.
func (p *program) PassOn(number int) {
	p.mu.Lock()
	asked := p.asking
	if asked == nil || asked.number != number {
		p.mu.Unlock()
		return
	}
	p.asking = nil
	p.mu.Unlock()
	asked.yes()
}

// passesOn reports whether everybody could watch a stream with it that is locked. It is
// called with mu held.
func (p *program) passesOn(camera drivers.Camera) bool {
	return camera.Locked && p.wantShare && p.passcode == ""
}

// errLocked is the answer to a passcode that is taken away while it protects another's.
var errLocked = errors.New("the stream that you watch needs a passcode where it comes from, and is shared: choose another camera first, or stop sharing")
