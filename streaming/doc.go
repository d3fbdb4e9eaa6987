// Package streaming is the fan-out and all that hangs from it.
//
// The way of a picture:
//
//	camera ──► Source.Frames ──► Feed ──► Hub ──► GET /stream.mjpg   one goroutine a viewer,
//	           yields JPEG       turns    │ │                       one Write a picture
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
// on the network.
//
// A JPEG that the camera delivers is passed through untouched, once its markers
// have shown that it is whole; what is not is counted and dropped. It is copied
// once, into its ready-made part of the multipart stream, which all viewers share.
// While a camera is lost its viewers stay, and are shown a card that says so; while
// it is changed for another one they see the old one until the new one delivers.
package streaming
