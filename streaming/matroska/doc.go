// Package matroska writes pictures into Matroska files (RFC 9559), and reads them, as Motion JPEG: the
// camera's bytes untouched, each with the time at which it was taken.
//
// A file can be played and sought in at any moment, also after a crash or a power cut: its
// clusters are a second long, and after each one its index (Cues) and duration, for which
// there is room in front, are written again (writer.go). Ready-made writers lose the index of
// a file that is not closed.
//
// A file may have a track of sound beside them, as Opus, with times of its own (sound.go).
//
// A [Reader] finds the pictures of such a file by their times, and of those of other programs.
//
// It is a leaf about the bytes of files: package recording decides what is written, and where, and
// package library what is read.
package matroska
