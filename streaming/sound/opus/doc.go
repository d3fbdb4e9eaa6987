// Package opus encodes and decodes the packets of a microphone by libopus (RFC 6716): mono,
// 48 kHz, 20 ms, some 64 kbit/s. App hands its [Encoder] to package sound and its [Decoder] to
// package web.
//
// It is cgo, needs the build tag nolibopusfile, and imports nothing of Fanlight but package
// sound's sizes.
package opus
