package main

import (
	"cmp"
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
func (p *program) Open(choice string) { p.openNamed(choice, "", nil) }

// openNamed opens a camera by the user's choice. Name, unless empty, replaces its name.
// Taken, unless nil, is called in the job as the camera is changed to.
func (p *program) openNamed(choice, name string, taken func()) {
	p.jobs.add(func() {
		camera, err := findCamera(p.ctx, choice)
		if err != nil {
			p.report(choiceTrouble, fmt.Errorf("that camera cannot be opened: %w", err))
			return
		}
		p.report(choiceTrouble, nil)
		camera.Name = cmp.Or(name, camera.Name)
		p.turnTo(camera, taken)
	})
}

// turnTo is part of a job: it changes to a camera, unless that refuses the passcode: then
// the one before goes on. It asks first where a locked stream would be passed on to
// everybody.
func (p *program) turnTo(camera drivers.Camera, taken func()) {
	if camera.Check != nil {
		ctx, cancel := context.WithTimeout(p.ctx, checkPatience)
		defer cancel()
		if err := camera.Check(ctx); err != nil {
			p.report(choiceTrouble, fmt.Errorf("the camera stays as it is: %w", err))
			return
		}
	}
	p.mu.Lock()
	if p.passesOn(camera) {
		p.ask(camera.Name, func() { p.jobs.add(func() { p.take(camera, taken) }) })
		p.mu.Unlock()
		return
	}
	p.mu.Unlock()
	p.take(camera, taken)
}

// take is part of a job: it changes to a camera, which stays in the list.
func (p *program) take(camera drivers.Camera, taken func()) {
	if taken != nil {
		taken()
	}
	p.mu.Lock()
	if !holds(p.listed, camera.ID) {
		p.kept = with(p.kept, camera)
		p.cameras = with(p.cameras, camera)
	}
	p.choose(camera)
	p.mu.Unlock()
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
