//go:build !linux

package main

import (
	"context"
	"errors"
)

// showInFolder is there on Linux only; elsewhere the folder is opened.
func showInFolder(context.Context, string) error { return errors.ErrUnsupported }
