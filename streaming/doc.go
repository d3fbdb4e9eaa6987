// Package streaming is the fan-out: it runs a camera and hands its pictures to
// whoever watches.
//
// The way of a picture, with the room that each step lives in:
//
//	drivers          streaming                      who watches
//	camera ──► Source.Frames ──► Feed ──► Hub ──┬─► web: GET /stream.mjpg, /snapshot.jpg
//	           yields JPEG       turns          ├─► ui: the window's preview
//	                             the camera     └─► history, recording, ...
//	                             on and off,
//	                             reopens it     the newest picture only, never a queue
//
// A [Feed] runs one camera while somebody ranges over [Feed.Frames] or attends, and
// closes it ten seconds after the last one left. Each time that it is on is a session
// (session.go), which opens the camera (capture.go), shows a card while it is lost
// (loss.go, card.go) and opens it again. While the owner pauses it there is no session,
// and a card for everybody (pause.go). The [Hub] holds the newest [Frame]; each consumer
// waits for a newer one at its own speed, so a slow consumer skips pictures and delays
// nobody.
//
// A JPEG that the camera delivers is passed through untouched, once its markers have
// shown that it is whole; one that is not is counted and dropped. It is copied once,
// into memory that is used again when everybody is done with it. A picture carries the
// marks of the programs that it came through, so that it is not passed round for ever
// (through.go).
//
// The rooms around it: web serves HTTP, reach knows the address that others can open,
// discovery announces the stream on the network and finds those of others, filename names
// saved pictures, bench measures what serving costs. This package imports none of them, no HTTP, no window
// and no driver; app hands it one as a [Source]. Whatever belongs to one camera hangs
// from its Feed: any number of them live in one process.
package streaming
