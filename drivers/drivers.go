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
