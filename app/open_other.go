//go:build !linux

package main

import (
	"context"
	"net/url"
)

// opener returns what opens an address: Fyne's own function, which asks the system.
func opener(_ context.Context, fyne func(*url.URL) error) func(*url.URL) error { return fyne }
