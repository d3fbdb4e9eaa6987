// Package caught turns a panic into an error: what a camera sends may meet a fault in
// the code that reads it, and that is the end of this opening of the camera, not of the
// program.
//
// The drivers' rooms call [Go] for each goroutine that they start, and package streaming
// calls [Do] for each of its goroutines that works for a camera; a test of package app
// walks their source for others. It is a leaf and imports nothing of Fanlight.
package caught
