package main

import (
	"context"
	"slices"

	"fanlight/drivers"
)

// followCameras updates the list of cameras until ctx ends.
func (p *program) followCameras(ctx context.Context) {
	for cameras, err := range drivers.Follow(ctx) {
		if ctx.Err() != nil {
			return
		}
		p.report(camerasTrouble, err)
		p.offer(cameras)
	}
}

// offer sets the cameras to choose from, together with those that no driver lists, such
// as a folder or an address. It reopens a chosen camera that has come back.
func (p *program) offer(cameras []drivers.Camera) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.listed == nil { // the one that the program started with, and those that were opened since
		p.kept = slices.DeleteFunc(slices.Clone(p.cameras), func(c drivers.Camera) bool { return holds(cameras, c.ID) })
	}
	back := p.listed != nil && holds(cameras, p.chosen.ID) && !holds(p.listed, p.chosen.ID)
	p.listed = cameras
	p.cameras = slices.Clone(cameras)
	for _, kept := range p.kept {
		if !holds(cameras, kept.ID) {
			p.cameras = append(p.cameras, kept)
		}
	}
	if back {
		p.feed.Retry()
		p.jobs.add(p.askOffers) // which could not be asked while it was unplugged
	}
}

func holds(cameras []drivers.Camera, id string) bool {
	return slices.ContainsFunc(cameras, func(c drivers.Camera) bool { return c.ID == id })
}
