// Package microphones finds the microphones of this machine by name, and opens one as a source
// of package sound. It uses miniaudio by github.com/gen2brain/malgo (cgo), which loads
// PulseAudio or ALSA when it is first needed: a program that never lists or opens a
// microphone loads none of them.
//
// App calls [List], [Find] and [Source]. The package imports nothing of Fanlight but package
// sound's types and drivers/caught.
package microphones
