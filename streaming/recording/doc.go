// Package recording writes a camera's pictures into Matroska files (RFC 9559), as Motion
// JPEG: the camera's bytes untouched, each with the time at which it was taken. Package app
// starts and stops a [Recorder]; it imports streaming, not the window and no HTTP.
//
// The way of a picture: [streaming.Feed.Attend] ──► queue (held, not copied) ──► [Writer] ──►
// file. Attend must not block, so a goroutine of the Recorder writes, and another one calls
// fsync once a second: a disk that stalls for seconds loses nothing as long as the queue
// has room. What is lost beyond is counted.
//
// A file can be played and sought in at any moment, also after a crash or a power cut: its
// clusters are a second long, and after each one its index (Cues) and duration, for which
// there is room in front, are written again (writer.go). Ready-made writers lose the index of
// a file that is not closed.
package recording
