package drivers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"

	"fanlight/drivers/camera"
	"fanlight/drivers/process"
	"fanlight/drivers/secrets"
)

// The opencv driver: what OpenCV can open. That is any camera by its index, films,
// and addresses that its backends read, such as rtsp://. On Linux the driver v4l2
// is the better way to a camera; elsewhere this one is the way.
//
// OpenCV's calls cannot be cancelled, hang for half a minute where a server does
// not answer, and crash on some broken films. So the capture runs in a process of
// its own, which is this program started again; see [RunChild].
func init() {
	devices := openCVDevices()
	Register("opencv", func(_ context.Context, argument string) ([]Camera, error) {
		if argument == "" {
			return devices()
		}
		return listOpenCV(argument)
	})
}

// openCVSource is what OpenCV is to open.
type openCVSource struct {
	id   string // the argument in the camera's ID
	name string
	// One of these three is set. Device is an index, and negative for none.
	device  int
	path    string // of a file, absolute
	address string // with its scheme; it may hold a password
}

var deviceNode = regexp.MustCompile(`^/dev/video([0-9]+)$`)

// listOpenCV makes a camera of an index, a device, a file or an address.
func listOpenCV(argument string) ([]Camera, error) {
	source, err := parseOpenCV(argument)
	if err != nil {
		return nil, err
	}
	camera := source.camera()
	if source.address != "" && source.address != source.id {
		camera.Choice = "opencv:" + source.address
	}
	return []Camera{camera}, nil
}

func (s openCVSource) camera() Camera {
	return Camera{ID: "opencv:" + s.id, Name: s.name, Virtual: s.path != "", Frames: s.frames}
}

func openCVDevice(index int, name string) openCVSource {
	return openCVSource{id: strconv.Itoa(index), name: name, device: index}
}

// parseOpenCV tells the three kinds of sources apart.
func parseOpenCV(argument string) (openCVSource, error) {
	device := argument
	if strings.HasPrefix(argument, "/dev/") {
		if target, err := filepath.EvalSymlinks(argument); err == nil {
			device = target
		}
		if node := deviceNode.FindStringSubmatch(device); node != nil {
			device = node[1]
		}
	}
	if index, err := strconv.Atoi(device); err == nil && index >= 0 {
		return openCVDevice(index, fmt.Sprintf("Camera %d", index)), nil
	}
	if strings.Contains(argument, "://") && !strings.HasPrefix(argument, "file://") {
		address, err := secrets.ParseAddress(argument)
		if err != nil {
			return openCVSource{}, err
		}
		return openCVSource{id: secrets.Hide(argument), name: address.Host, device: -1, address: argument}, nil
	}
	path, err := filepath.Abs(strings.TrimPrefix(argument, "file://"))
	if err != nil {
		return openCVSource{}, fmt.Errorf("finding the file %s: %w", argument, err)
	}
	source := openCVSource{id: path, name: filepath.Base(path), device: -1, path: path}
	return source, source.checkFile()
}

// checkFile says what is wrong with a file before OpenCV, which does not say it.
func (s openCVSource) checkFile() error {
	file, err := os.Open(s.path)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no file %s: check the path, or write a camera's number, as in opencv:0", s.path)
	} else if err != nil {
		return fmt.Errorf("cannot read %s (check its permissions): %w", s.path, err)
	}
	defer file.Close()
	if info, err := file.Stat(); err == nil && info.IsDir() {
		return fmt.Errorf("%s is a folder: name a film in it, or show its pictures with folder:%s", s.path, s.path)
	}
	return nil
}

func (s openCVSource) frames(ctx context.Context, want Want) iter.Seq2[Picture, error] {
	return func(yield func(Picture, error) bool) {
		if ctx.Err() != nil {
			return
		}
		if err := s.run(ctx, want, yield); err != nil && ctx.Err() == nil {
			yield(Picture{}, err)
		}
	}
}

// run has a child read the source.
func (s openCVSource) run(ctx context.Context, want Want, yield func(Picture, error) bool) error {
	if s.path != "" {
		if err := s.checkFile(); err != nil {
			return err
		}
	}
	p, err := s.child(want)
	if err != nil {
		return err
	}
	return p.Frames(ctx, want, yield)
}

// child is the program that reads the source.
func (s openCVSource) child(want Want) (process.Program, error) {
	self, err := os.Executable()
	if err != nil {
		return process.Program{}, fmt.Errorf("finding this program to start it for OpenCV (start it by its whole path): %w", err)
	}
	order, err := json.Marshal(openCVOrder{
		Device: s.device, Path: s.path, Address: s.address,
		Width: want.Width, Height: want.Height, FPS: want.FPS, Quality: want.Quality,
	})
	if err != nil {
		return process.Program{}, fmt.Errorf("telling OpenCV what to open: %w", err)
	}
	return process.Program{
		Words:   []string{self},
		Env:     append(openCVEnvironment, childVariable+"=opencv", orderVariable+"="+string(order)),
		Advice:  "check the camera or the film",
		Header:  openCVMode,
		Explain: s.explain,
	}, nil
}

// openCVEnvironment leaves out the backend GStreamer, which takes seconds to find
// that it cannot open something, and OpenCV's messages that are no errors.
var openCVEnvironment = []string{
	"OPENCV_VIDEOIO_PRIORITY_GSTREAMER=0",
	"OPENCV_LOG_LEVEL=ERROR",
}

// openCVMode reads the child's header line.
func openCVMode(line []byte) (Mode, error) {
	var mode Mode
	if err := json.Unmarshal(line, &mode); err != nil {
		return Mode{}, errors.New("it does not say what it sends")
	}
	return mode, nil
}

// explain turns the child's last words into a sentence. It says the source's name
// as it may be shown.
func (s openCVSource) explain(lines []string) error {
	last := ""
	if len(lines) > 0 {
		last = lines[len(lines)-1]
	}
	fault := openCVFault(last)
	if s.device >= 0 && runtime.GOOS == "linux" {
		if _, err := os.Stat(fmt.Sprintf("/dev/video%d", s.device)); errors.Is(err, fs.ErrNotExist) {
			return &camera.Failure{Sentence: fmt.Sprintf("there is no camera %d: plug it in, or choose another; --list-cameras lists them", s.device), Cause: ErrUnplugged}
		}
	}
	sentence := ""
	switch fault {
	case faultOpen:
		sentence = fmt.Sprintf("OpenCV cannot open %s: %s", s.shown(), s.openAdvice())
	case faultNoAnswer:
		sentence = fmt.Sprintf("OpenCV gets no picture from %s: %s", s.shown(), s.openAdvice())
	case faultNoPicture:
		sentence = fmt.Sprintf("OpenCV finds no picture in %s: %s", s.shown(), s.openAdvice())
	case faultSilent:
		sentence = s.shown() + " has stopped sending pictures: check its cable, its power or the network; it is opened again"
	case faultEnded:
		sentence = s.shown() + " has ended: it is opened again"
	case faultEncode:
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

func (s openCVSource) shown() string {
	if s.device >= 0 {
		return fmt.Sprintf("camera %d", s.device)
	}
	return s.id
}

func (s openCVSource) openAdvice() string {
	switch {
	case s.device >= 0:
		return "close other programs that use it, or choose another number"
	case s.path != "":
		return "check the path, and that the file is a film"
	default:
		return "check the address, and that the camera is on and in the same network"
	}
}
