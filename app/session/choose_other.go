//go:build !linux

package session

import "context"

// ChooseFile returns [ErrNoChooser]: only Linux has portals.
func ChooseFile(context.Context, Choosing) (path string, err error) { return "", ErrNoChooser }
