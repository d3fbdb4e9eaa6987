// Package history keeps the last minutes of a feed in memory, for replay and recording: the
// frames themselves, without a copy. Where the user wants hours, older pictures are on disk:
// segments of some seconds, written by package matroska (disk.go). Package app makes a [History]
// for its feed, and passes it to web and recording as a [replay.Past], which does not tell where
// a picture is. It imports streaming, replay and matroska alone.
//
// What it keeps is bounded in bytes, and on disk in time and by the room there. It does not keep
// the camera on, takes no cards, and holds nothing of a camera once another one is chosen. Nothing
// on disk outlives the program but by a crash, and then its next start.
package history
