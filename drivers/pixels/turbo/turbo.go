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

/*
#cgo pkg-config: libturbojpeg
#include <turbojpeg.h>
*/
import "C"

import (
	"errors"
	"runtime"
	"strings"
	"unsafe"
)

// call runs one function of the library on an instance of its own. An instance
// remembers tables, and would decode a picture that lacks them with those of the
// picture before; making one takes 5 µs. The texts of errors belong to the thread.
func call(function func(C.tjhandle) C.int) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	instance := C.tjInitTransform()
	if instance == nil {
		return errors.New(C.GoString(C.tjGetErrorStr2(nil)))
	}
	defer C.tjDestroy(instance)
	if function(instance) == 0 {
		return nil
	}
	text := C.GoString(C.tjGetErrorStr2(instance))
	if C.tjGetErrorCode(instance) == C.TJERR_WARNING && harmless(text) {
		return nil
	}
	return errors.New(text)
}

// harmless reports whether a text is that of a warning after which a picture is
// whole. The library's code for warnings does not say so: it also stands where a
// fatal error followed a warning.
func harmless(text string) bool {
	if strings.Contains(text, "premature end") {
		return false
	}
	for _, warning := range []string{"Corrupt JPEG data", "Warning", "Inconsistent progression", "Invalid SOS parameters", "Unknown Adobe color"} {
		if strings.HasPrefix(text, warning) {
			return true
		}
	}
	return false
}

// pointer is a slice's memory as C has it.
func pointer(b []byte) *C.uchar { return (*C.uchar)(unsafe.Pointer(unsafe.SliceData(b))) }

// made is a picture that a call allocated, copied and freed; an error has none.
func made(picture *C.uchar, size C.ulong, err error) ([]byte, error) {
	defer C.tjFree(picture)
	if err != nil {
		return nil, err
	}
	return C.GoBytes(unsafe.Pointer(picture), C.int(size)), nil
}
