// Package network makes cameras of http:// and https:// addresses: MJPEG streams,
// another Fanlight's page, and cameras that serve only single pictures.
//
// The driver file network.go calls it, with Camera. It imports no other driver's room.
// Addresses are read as people type them (address.go), and passwords sent as the server
// asks for them (authorizer.go, challenge.go, question.go). A response's header is
// cleaned on its connection (dialer.go, conn.go, head.go), since cameras write it worse than
// net/http reads it. kinds.go tells by its first bytes what the body is. A picture goes
// from the body through the reader that its kind calls for (multipart.go, a still, or
// bare JPEGs) and newest.Of to the loop over Frames, in stream.go, which requests a
// still again. watch.go ends a session that falls silent, and errors.go says why in a
// sentence.
package network
