// Package underway tells how much of what was written to a TCP connection is still on its way, so
// that web and rtsp send a viewer the next picture only when the one before has left: pictures
// that wait in the kernel get old. It imports nothing of Fanlight.
package underway
