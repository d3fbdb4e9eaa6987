// Package v4l2 makes cameras of the video devices of the Linux kernel: it finds the
// nodes, names them stably, negotiates a mode, captures, and sets controls.
//
// The driver file v4l2.go and the room opencv/devices call it, with a System. It
// imports no other driver's room but pixels. A picture goes from a buffer that the
// kernel filled to the loop over Frames: JPEG untouched, raw pictures through pixels.
//
// It uses go4vl's low-level package alone, through calls on a stack that stays put
// (stack.go). go4vl's package device releases nothing after an unplug, panics from
// descriptor 1,024 on and keeps the oldest pictures for a slow consumer.
package v4l2
