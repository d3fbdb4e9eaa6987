// Package sound is the fan-out of a microphone: it runs one while somebody listens and passes
// its packets of 20 ms to all consumers, each as samples and as Opus.
//
//	microphones ──► Source.Packets ──► Sound ──┬─► web: GET /audio.pcm, /audio.wav, /audio.opus, /audio.webm
//	                yields samples     encodes, ├─► recording, rtsp
//	                                   keeps    └─► the level meter in the window
//
// It hangs from a feed of pictures by capture times alone: both carry the clock of this
// machine. Package microphones below it finds the real ones; app passes one as a [Source] and
// an [Encoder]. This package imports no cgo, no HTTP and no window.
package sound
