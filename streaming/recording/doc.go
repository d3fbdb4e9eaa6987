// Package recording records a feed into Matroska files (package matroska). Package app
// starts and stops a [Recorder]; it imports streaming and replay, not the window, no HTTP, and
// not package history, which app passes to it as a [Past].
//
// The way of a picture: history (held, not copied) ──► [Recorder] ──► [matroska.Writer] ──► file.
// A goroutine of the Recorder reads the history at its own pace and writes, and another one
// calls fsync once a second: a disk that stalls for seconds loses nothing as long as the
// history keeps it. What is lost beyond is counted.
package recording
