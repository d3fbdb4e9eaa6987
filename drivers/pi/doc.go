// Package pi makes cameras of the Raspberry Pi's own ones, through the program
// rpicam-vid: it lists them, knows their modes and controls, and runs the program.
//
// The driver file pi.go calls it, with a System. It imports no other driver's room
// but process, which runs programs. A picture goes from rpicam-vid, which encodes it,
// through process to the loop over Frames.
package pi
