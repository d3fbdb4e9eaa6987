// Package v4l2 makes cameras of the video devices of the Linux kernel: it finds the
// nodes, names them stably, negotiates a mode, captures, and sets controls.
//
// The driver file v4l2.go and the room opencv/devices call it, with a System. It
// imports no other driver's room but pixels. A picture goes from a buffer that the
// kernel filled to the loop over Frames: JPEG untouched, raw pictures through pixels.
//
// The kernel is asked through the interface handle (kernel.go), so that tests can play
// odd devices. Of go4vl come the numbers of formats, capabilities and types, not the calls:
// they know one plane only, follow lists without an end, lose the errno, and hand the
// kernel addresses on a stack that may move. Its package device releases nothing after an
// unplug, panics from descriptor 1,024 on and keeps the oldest pictures for a slow consumer.
package v4l2
