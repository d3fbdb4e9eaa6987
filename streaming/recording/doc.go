// Package recording records a feed into Matroska files (package matroska), which package
// filename names. Package app starts and stops a [Recorder]. It imports streaming, replay and
// sound, not the window, no HTTP, and not package history, which app passes to it as a [Past].
//
// Sound goes beside the pictures, in the order of its times, as far as that is known within a
// quarter of a second (sound.go). A time lapse has none.
//
// The way of a picture: history (held, not copied) ──► [Recorder] ──► [matroska.Writer] ──► file.
// A goroutine of the Recorder reads the history at its own pace and writes, and another one
// calls fsync once a second: a disk that stalls for seconds loses nothing as long as the
// history keeps it. What is lost beyond is counted.
package recording
