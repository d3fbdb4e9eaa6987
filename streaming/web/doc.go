// Package web is the HTTP server: it shows the pictures of feeds to viewers.
//
// Package app makes a [Server] and adds a [Stream] for each feed, under a path of
// its own. A request passes the gate (gate.go), which limits connections, then the
// Server's checks (routes.go: host, origin, passcode), then its Stream's routes:
//
//	Feed ──► batch ──► connection    stream.mjpg: one goroutine writes to many (batch.go)
//	     ├─► variant ──► batch       ?width=, ?quality=: made once for all viewers (variants.go)
//	     └─► answer                  snapshot.jpg, api/status, metrics, the page
//	Past ─┬─► playback ──► connection ?from=: a goroutine a viewer, until it is live (playback.go)
//	      └─► answer                  frame.jpg, api/timeline
//	Sound ───► listening ─► connection audio.pcm, .wav, .opus, .webm: a goroutine a listener (audio_send.go)
//	Library ─► answer                 recordings/: the list, the files, the page of each
//
// What belongs to the viewers of one camera is in its Stream: the viewers, blocked
// addresses, smaller pictures, counters. What all streams share is in the Server: the
// passcode, the certificate, the connections.
//
// It imports streaming for the pictures, replay for those of the past, sound, recording and
// library for what a page shows of them, filename for what browsers save, reach for host names
// and certificates, and assets for the page. It may import no driver, window or mDNS.
package web
