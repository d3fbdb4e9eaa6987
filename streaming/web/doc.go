// Package web is the HTTP server: it shows the pictures of feeds to viewers.
//
// The program makes a [Server] and adds a [Stream] for each feed, under a path of
// its own. A request passes the gate (conn.go), which bounds connections, then the
// Server's checks (routes.go: host, origin, passcode), then its Stream's routes:
//
//	Feed ──► batch ──► connection    stream.mjpg: one goroutine writes to many (batch.go)
//	     ├─► variant ──► batch       ?width=, ?quality=: made once for all who ask (variants.go)
//	     └─► answer                  snapshot.jpg, api/status, metrics, the page
//
// Everything that belongs to viewers of one camera hangs from its Stream: who
// watches, who is kept out, smaller pictures, counters. What all streams share is
// the Server's: the passcode, the certificate, the connections.
//
// It imports streaming for the pictures and reach for what is known of addresses.
// It knows no driver, no window and no mDNS.
package web
