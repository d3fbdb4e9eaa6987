// Package streaming is the fan-out: it runs a camera and passes its pictures to all
// consumers.
//
// The way of a picture, with the package of each step:
//
//	drivers          streaming                      consumers
//	camera ──► Source.Frames ──► Feed ──► Hub ──┬─► web: GET /stream.mjpg, /snapshot.jpg
//	           yields JPEG       turns          │ ├─► ui: the window's preview
//	                             the camera     │ ├─► rtsp: recorders and engines
//	                             on and off,    │ └─► history ──► recording, replay
//	                             reopens it     └ the newest picture only, never a queue
//
// Sound goes beside it, and meets the pictures at the consumers by the times of capture:
//
//	microphones ──► sound.Source ──► sound.Sound ──► web: GET /audio.pcm; rtsp; recording
//
// A [Feed] keeps its camera on while a loop over [Feed.Frames] or a function passed to
// [Feed.Attend] uses it, and turns it off ten seconds after the last one has ended. The
// time from on to off is a session (session.go): it opens the camera (capture.go), shows a
// card while the camera is lost or, chosen in the place of another, starts (notice.go,
// card.go), and opens it again. While the owner pauses the camera there is no session, and
// a card for everybody (pause.go). Cards are drawn in the languages of those who watch
// (languages.go); package web finds them. The [Hub]
// holds the newest [Frame]; each consumer waits for a newer one at its own speed, so a slow
// consumer skips pictures and delays no other.
//
// A JPEG that the camera delivers is passed through unchanged, once its markers have
// shown that it is whole; others are counted and dropped. It is copied once, into memory
// that is reused when all consumers have released it. A picture carries the marks of the
// programs that it came through, so that it is not passed round in a loop (through.go).
//
// The packages below it: web serves HTTP, reach finds the address that others can open,
// discovery announces the stream on the network and finds others, history keeps the last
// minutes, recording writes files (package matroska), library lists them, replay plays both,
// sound runs a microphone (sound/microphones finds it, sound/opus encodes), rtsp serves
// recorders and engines and sends to them, filename names saved files, bench measures what
// serving costs, streamtest has feeds for tests.
//
// This package imports none of them, no HTTP, no window and no driver but the type of a
// picture (drivers/jpegs) and the letters of cards (drivers/lettering); app passes it a camera
// as a [Source]. What belongs to one camera is in its Feed: one process can have any number of
// them.
package streaming
