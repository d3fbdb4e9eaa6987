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
