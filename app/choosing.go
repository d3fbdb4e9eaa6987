package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"fanlight/drivers"
)

// checkPatience is how long another Fanlight may take to say whether it takes the passcode.
// The camera before it goes on meanwhile.
const checkPatience = 3 * time.Second

// Open is called by the window with a camera that no driver lists: an address, a file or
// a command.
func (p *program) Open(text string) { p.openNamed(text, "", p.noteRecent) }

// openNamed opens a camera by the user's choice. Name, unless empty, replaces its name.
// Taken, unless nil, is called with it in the job that changes to it.
func (p *program) openNamed(choice, name string, taken func(drivers.Camera)) {
	p.jobs.add(func() {
		camera, err := findCamera(p.ctx, choice)
		if err != nil {
			p.report(choiceTrouble, fmt.Errorf("that camera cannot be opened: %w", err))
			return
		}
		p.report(choiceTrouble, nil)
		if name != "" { // which its owner announces to everybody
			camera.Name, camera.Kind = name, ""
		}
		p.turnTo(camera, taken)
	})
}

// turnTo is part of a job: it changes to a camera, unless that refuses the passcode: then
// the one before goes on. It asks first where a locked stream would be passed on to
// everybody.
func (p *program) turnTo(camera drivers.Camera, taken func(drivers.Camera)) {
	if camera.Check != nil {
		ctx, cancel := context.WithTimeout(p.ctx, checkPatience)
		defer cancel()
		if err := camera.Check(ctx); err != nil {
			p.report(choiceTrouble, fmt.Errorf("the camera stays as it is: %w", err))
			return
		}
	}
	p.mu.Lock()
	mustAsk := p.passesOn(camera)
	if mustAsk {
		p.ask(camera.Name, func() {
			p.jobs.add(func() {
				p.mu.Lock()
				p.enlist(camera)
				p.mu.Unlock()
				p.turned(camera, taken)
			})
		})
	} else {
		p.enlist(camera)
	}
	p.mu.Unlock()
	if !mustAsk {
		p.turned(camera, taken)
	}
}

// enlist chooses a camera, which stays in the list. It is called with mu held.
func (p *program) enlist(camera drivers.Camera) {
	if !holds(p.listed, camera.ID) {
		p.kept = with(p.kept, camera)
		p.cameras = with(p.cameras, camera)
	}
	p.choose(camera)
}

// turned is part of a job: it changes to the camera that was just enlisted.
func (p *program) turned(camera drivers.Camera, taken func(drivers.Camera)) {
	if taken != nil {
		taken(camera)
	}
	p.useChosen()
}

// with returns a copy of the cameras with one added, or replaced if there is one of the
// same ID: the same address may have another password.
func with(cameras []drivers.Camera, camera drivers.Camera) []drivers.Camera {
	cameras = slices.Clone(cameras)
	at := slices.IndexFunc(cameras, func(c drivers.Camera) bool { return c.ID == camera.ID })
	if at < 0 {
		return append(cameras, camera)
	}
	cameras[at] = camera
	return cameras
}
