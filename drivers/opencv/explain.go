package opencv

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"

	"fanlight/drivers/camera"
)

// explain turns the program's last line into a sentence, in which no password is shown.
func (s source) explain(lines []string) error {
	last := ""
	if len(lines) > 0 {
		last = lines[len(lines)-1]
	}
	fault := Fault(last)
	if s.device >= 0 && runtime.GOOS == "linux" {
		if _, err := os.Stat(fmt.Sprintf("/dev/video%d", s.device)); errors.Is(err, fs.ErrNotExist) {
			return &camera.Failure{Sentence: fmt.Sprintf("there is no camera %d: plug it in, or choose another; --list-cameras lists them", s.device), Cause: camera.ErrUnplugged}
		}
	}
	sentence := ""
	switch fault {
	case FaultOpen:
		sentence = fmt.Sprintf("OpenCV cannot open %s: %s", s.shown(), s.openAdvice())
	case FaultNoAnswer:
		sentence = fmt.Sprintf("OpenCV gets no picture from %s: %s", s.shown(), s.openAdvice())
	case FaultNoPicture:
		sentence = fmt.Sprintf("OpenCV finds no picture in %s: %s", s.shown(), s.openAdvice())
	case FaultSilent:
		sentence = s.shown() + " has stopped sending pictures: check its cable, its power or the network; it is opened again"
	case FaultEnded:
		sentence = s.shown() + " has ended: it is opened again"
	case FaultEncode:
		sentence = fmt.Sprintf("OpenCV cannot make JPEG pictures of %s: ask for another size with --size", s.shown())
	default:
		fault = "it ended without a reason"
		sentence = fmt.Sprintf("OpenCV has crashed while reading %s: it is started again; if it stays so, choose another format or camera", s.shown())
		if last != "" {
			sentence += fmt.Sprintf(" (its last words: %s)", last)
		}
	}
	return &camera.Failure{Sentence: sentence, Cause: fault}
}

func (s source) shown() string {
	if s.device >= 0 {
		return fmt.Sprintf("camera %d", s.device)
	}
	return s.id
}

func (s source) openAdvice() string {
	switch {
	case s.device >= 0:
		return "close other programs that use it, or choose another number"
	case s.path != "":
		return "check the path, and that the file is a film"
	default:
		return "check the address, and that the camera is on and in the same network"
	}
}
