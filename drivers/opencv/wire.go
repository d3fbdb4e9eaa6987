package opencv

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
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
		return r, fmt.Errorf("Fanlight starts this program, with a request in $%s: %w", variable, err)
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
	// afterStart is the offset of a picture's first segment, after its start marker.
	afterStart = 2
	// commentHeader is the size of a comment's marker and length (ITU-T T.81, B.2.4.5).
	commentHeader = 4
	// stampPrefix and stampLayout are the text of the comment with a picture's time.
	stampPrefix = "taken "
	stampLayout = time.RFC3339Nano
)

// WritePicture writes a JPEG picture and the time at which it was taken, as its first
// comment.
func WritePicture(w io.Writer, jpeg []byte, taken time.Time) error {
	text := taken.UTC().AppendFormat([]byte(stampPrefix), stampLayout)
	comment := append(binary.BigEndian.AppendUint16([]byte{0xFF, 0xFE}, uint16(2+len(text))), text...)
	for _, part := range [][]byte{jpeg[:afterStart], comment, jpeg[afterStart:]} {
		if _, err := w.Write(part); err != nil {
			return err
		}
	}
	return nil
}

// takenAt returns the time in a picture's first comment, or zero if there is none.
func takenAt(jpeg []byte) time.Time {
	segment := jpeg[min(afterStart, len(jpeg)):]
	if len(segment) < commentHeader || !bytes.HasPrefix(segment, []byte{0xFF, 0xFE}) {
		return time.Time{}
	}
	end := afterStart + int(binary.BigEndian.Uint16(segment[2:])) // the length counts itself
	text, found := bytes.CutPrefix(segment[commentHeader:max(commentHeader, min(end, len(segment)))], []byte(stampPrefix))
	taken, err := time.Parse(stampLayout, string(text))
	if !found || err != nil {
		return time.Time{}
	}
	return taken
}
