// Package streaming is the fan-out and all that hangs from it.
//
// The way of a picture:
//
//	camera ──► Source.Frames ──► Feed ──► Hub ──► GET /stream.mjpg   one goroutine a batch of viewers,
//	           yields JPEG       turns    │ │                       one write a picture and viewer
//	                             the      │ ├──► the window's preview
//	                             camera   │ └──► GET /snapshot.jpg
//	                             on and   │
//	                             off and  └ the newest picture only, never a queue
//	                             reopens it
//
// A [Feed] runs one camera while somebody ranges over [Feed.Frames], and lets go
// of it ten seconds after the last one left. Its [Hub] holds the newest [Frame];
// each consumer waits for a newer one at its own speed, so a slow consumer skips
// pictures and delays nobody. What a viewer is sent is chosen only when its link is
// free: a picture that queued on the way would be an old one when it is there. A
// [Server] hands the frames to viewers over HTTP. Package discovery announces the stream
// on the network, and finds those of others. A picture carries the marks of the programs
// that it came through, so that it is not passed round for ever.
//
// One goroutine writes a picture to a batch of viewers, one after the other, because
// waking a goroutine for each of a thousand makes serving them a third dearer. It never
// waits: a viewer whose link is busy, or whose kernel takes only a part, goes on in
// its own goroutine, and returns to the batch once that is done. Viewers of smaller
// pictures, viewers over TLS, and all of them where there is no Linux have their own
// goroutines throughout. See batch.go.
//
// A JPEG that the camera delivers is passed through untouched, once its markers
// have shown that it is whole; what is not is counted and dropped. It is copied
// once, into its ready-made part of the multipart stream, which all viewers share.
// While a camera is lost its viewers stay, and are shown a card that says so; while
// it is changed for another one they see the old one until the new one delivers.
package streaming
