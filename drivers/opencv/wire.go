package opencv

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"fanlight/drivers/camera"
)

// variable is the environment variable with the request. The request is no argument:
// the system shows those to every user, and an address may hold a password.
const variable = "FANLIGHT_OPENCV"

// Request is what the program is to open. One of Device, Path and Address is set.
type Request struct {
	Device        int    // an index; negative for none
	Path          string // of a file
	Address       string // a URL
	Width, Height int    // zero leaves the choice to the camera, as for FPS
	FPS           float64
	Quality       int // of the JPEG pictures; zero stands for [camera.DefaultQuality]
}

func (r Request) variable() (string, error) {
	request, err := json.Marshal(r)
	if err != nil {
		return "", fmt.Errorf("telling OpenCV what to open: %w", err)
	}
	return variable + "=" + string(request), nil
}

// ReadRequest returns the request that the program was started with.
func ReadRequest() (Request, error) {
	var r Request
	if err := json.Unmarshal([]byte(os.Getenv(variable)), &r); err != nil {
		return r, fmt.Errorf("this program is started by Fanlight, with a request in $%s: %w", variable, err)
	}
	return r, nil
}

// Fault is why the program ends: the last line on its standard error.
type Fault string

func (f Fault) Error() string { return string(f) }

// The faults.
const (
	FaultOpen      Fault = "cannot open"
	FaultNoAnswer  Fault = "no answer"
	FaultNoPicture Fault = "no picture in it"
	FaultSilent    Fault = "nothing comes any more"
	FaultEnded     Fault = "ended"
	FaultEncode    Fault = "cannot encode"
)

// WriteMode writes the first line of the program's standard output.
func WriteMode(w io.Writer, mode camera.Mode) error { return json.NewEncoder(w).Encode(mode) }

func readMode(line []byte) (camera.Mode, error) {
	var mode camera.Mode
	if err := json.Unmarshal(line, &mode); err != nil {
		return camera.Mode{}, errors.New("it does not say what it sends")
	}
	return mode, nil
}

const (
	// segmentHeader is the size of a segment's marker and length, in bytes. The length
	// counts itself (ITU-T T.81, B.1.1.4).
	segmentHeader = 4
	// stampPrefix and stampLayout are the text of the comment with a picture's time.
	stampPrefix = "taken "
	stampLayout = time.RFC3339Nano
)

// WritePicture writes a JPEG picture and the time at which it was taken, as its first
// comment.
func WritePicture(w io.Writer, jpeg []byte, taken time.Time) error {
	text := taken.UTC().AppendFormat([]byte(stampPrefix), stampLayout)
	comment := append(binary.BigEndian.AppendUint16([]byte{0xFF, 0xFE}, uint16(2+len(text))), text...)
	at := commentAt(jpeg)
	for _, part := range [][]byte{jpeg[:at], comment, jpeg[at:]} {
		if _, err := w.Write(part); err != nil {
			return err
		}
	}
	return nil
}

// commentAt returns the offset of a picture's first comment: after the start marker and
// the JFIF header, which must be the first segment.
func commentAt(jpeg []byte) int {
	const start = 2
	if end, ok := segment(jpeg, start, 0xE0); ok {
		return end
	}
	return min(start, len(jpeg))
}

// segment returns the end of the segment at an offset, if it is whole and has the marker.
func segment(jpeg []byte, at int, marker byte) (end int, ok bool) {
	if len(jpeg) < at+segmentHeader || jpeg[at] != 0xFF || jpeg[at+1] != marker {
		return 0, false
	}
	length := int(binary.BigEndian.Uint16(jpeg[at+2:]))
	end = at + 2 + length
	return end, length >= 2 && end <= len(jpeg)
}

// takenAt returns the time in a picture's first comment, or zero if there is none.
func takenAt(jpeg []byte) time.Time {
	at := commentAt(jpeg)
	end, ok := segment(jpeg, at, 0xFE)
	if !ok {
		return time.Time{}
	}
	text, found := strings.CutPrefix(string(jpeg[at+segmentHeader:end]), stampPrefix)
	taken, err := time.Parse(stampLayout, text)
	if !found || err != nil {
		return time.Time{}
	}
	return taken
}
