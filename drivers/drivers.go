// Package drivers holds the cameras: one file is one driver.
//
// A driver is only a generator of JPEG pictures. Its file registers a [Lister]
// under the driver's name from init; nothing else in the program changes when a
// driver is added. The promises that every driver keeps stand at [camera.Camera],
// and the conformance kit in package drivertest checks them.
//
// What a driver needs beyond its file is a room beside it, named after its
// subject. Rooms import each other, never this package. Package app finds cameras
// here; neither streaming nor Fyne may be imported. A picture goes from the room
// through Camera.Frames to app, byte for byte where the camera sends JPEG.
package drivers

import (
	"context"

	"fanlight/drivers/camera"
)

// The contract, under the names that a driver's file has for it.
type (
	Camera      = camera.Camera
	Picture     = camera.Picture
	Mode        = camera.Mode
	Want        = camera.Want
	Control     = camera.Control
	ControlKind = camera.ControlKind
	MenuItem    = camera.MenuItem
)

// The kinds of controls.
const (
	Range  = camera.Range
	Toggle = camera.Toggle
	Menu   = camera.Menu
)

// DefaultQuality is [camera.DefaultQuality].
const DefaultQuality = camera.DefaultQuality

// ErrUnplugged is wrapped by the failure of a camera that is not there: the
// program waits for it to come back.
var ErrUnplugged = camera.ErrUnplugged

// Lister finds one driver's cameras. With an empty argument it returns those
// that are there now, and opens none of them: no light goes on. With an
// argument (what follows "DRIVER:" in the user's choice) it returns the cameras
// that the argument names, or an error that says what is wrong with it.
type Lister func(ctx context.Context, argument string) ([]Camera, error)
