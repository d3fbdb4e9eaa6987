// Package sound is the fan-out of a microphone: it runs one while somebody listens and passes
// its packets of 20 ms to all consumers, each as samples and as Opus.
//
//	microphones ──► Source.Packets ──► Sound ──┬─► web: GET /audio.pcm, /audio.wav, /audio.opus, /audio.webm
//	                yields samples     encodes, ├─► recording, rtsp
//	                                   keeps    └─► the level meter in the window
//
// Sound and pictures know nothing of each other: both have times of capture by this machine's
// clock, and who plays them puts them together. Package microphones finds the real ones, and
// opus encodes; app passes them as a [Source] and an [Encoder]. This package imports no cgo, no HTTP and no window.
package sound
