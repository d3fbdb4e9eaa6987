// Package recording records a feed into Matroska files (package matroska). Package app
// starts and stops a [Recorder]; it imports streaming, not the window and no HTTP.
//
// The way of a picture: [streaming.Feed.Attend] ──► queue (held, not copied) ──►
// [matroska.Writer] ──► file. Attend must not block, so a goroutine of the Recorder writes, and
// another one calls fsync once a second: a disk that stalls for seconds loses nothing as long
// as the queue has room. What is lost beyond is counted.
package recording
