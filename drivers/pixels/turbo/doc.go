// Package turbo calls libjpeg-turbo through its TurboJPEG API: it decodes JPEG
// pictures at a fraction of their size, encodes them, and turns them without
// loss. Package pixels is its one caller. It imports the standard library alone.
//
// The way of the data: [Open] reads a picture's header, a [Picture] decodes into
// the caller's memory or turns itself, [Planes] encode to a new picture.
//
// Memory: C sees Go's memory only during a call and keeps none of it. What the
// library allocates is copied and freed before a call returns. Its functions
// check no sizes, so every buffer is measured here first.
//
// Threads: a Picture may be used by many goroutines at once, Planes by one at a
// time. Errors: the library's own text. A picture that lacks data is an error,
// though the library would paint the missing part grey; damage that a decoder can
// get over, such as stray bytes between two segments, is none.
package turbo
