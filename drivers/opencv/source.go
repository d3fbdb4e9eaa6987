package opencv

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"fanlight/drivers/camera"
	"fanlight/drivers/process"
	"fanlight/drivers/secrets"
)

// source is what OpenCV is to open.
type source struct {
	id   string // the argument in the camera's ID
	name string
	// One of these three is set. Device is an index, and negative for none.
	device  int
	path    string // of a file, absolute
	address string // with its scheme; it may hold a password
}

var deviceNode = regexp.MustCompile(`^/dev/video([0-9]+)$`)

// Camera makes a camera of an index, a device, a file or an address.
func Camera(argument string) (camera.Camera, error) {
	s, err := parse(argument)
	if err != nil {
		return camera.Camera{}, err
	}
	c := s.camera()
	if s.address != "" {
		c.Kind = camera.Networked
	}
	if s.address != "" && s.address != s.id {
		c.Choice = "opencv:" + s.address
	}
	return c, nil
}

// Device makes a camera of the device with an index.
func Device(index int, name string) camera.Camera { return device(index, name).camera() }

func (s source) camera() camera.Camera {
	return camera.Camera{ID: "opencv:" + s.id, Name: s.name, Virtual: s.path != "", Frames: s.frames}
}

func device(index int, name string) source {
	return source{id: strconv.Itoa(index), name: name, device: index}
}

// parse distinguishes the three kinds of sources.
func parse(argument string) (source, error) {
	node := argument
	if strings.HasPrefix(argument, "/dev/") {
		if target, err := filepath.EvalSymlinks(argument); err == nil {
			node = target
		}
		if match := deviceNode.FindStringSubmatch(node); match != nil {
			node = match[1]
		}
	}
	if index, err := strconv.Atoi(node); err == nil && index >= 0 {
		return device(index, fmt.Sprintf("Camera %d", index)), nil
	}
	if strings.Contains(argument, "://") && !strings.HasPrefix(argument, "file://") {
		address, err := secrets.ParseAddress(argument)
		if err != nil {
			return source{}, err
		}
		return source{id: secrets.Hide(argument), name: address.Host, device: -1, address: argument}, nil
	}
	path, err := filepath.Abs(strings.TrimPrefix(argument, "file://"))
	if err != nil {
		return source{}, fmt.Errorf("finding the file %s: %w", argument, err)
	}
	s := source{id: path, name: filepath.Base(path), device: -1, path: path}
	return s, s.checkFile()
}

// checkFile says what is wrong with a file, which OpenCV does not.
func (s source) checkFile() error {
	info, err := os.Stat(s.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("there is no file %s: check the path, or write a camera's number, as in opencv:0", s.path)
	case err != nil:
		return fmt.Errorf("cannot read %s (check its permissions): %w", s.path, err)
	case info.IsDir():
		return fmt.Errorf("%s is a folder: name a film in it, or show its pictures with folder:%s", s.path, s.path)
	case !info.Mode().IsRegular(): // opening a pipe waits for its writer
		return fmt.Errorf("%s is a pipe or a device and not a file: name a film, or let ffmpeg read it, as in command:ffmpeg -i %s -f mjpeg -", s.path, s.path)
	}
	file, err := os.Open(s.path)
	if err != nil {
		return fmt.Errorf("cannot read %s (check its permissions): %w", s.path, err)
	}
	return file.Close()
}

func (s source) frames(ctx context.Context, want camera.Want) iter.Seq2[camera.Picture, error] {
	return func(yield func(camera.Picture, error) bool) {
		if ctx.Err() != nil {
			return
		}
		p, err := s.program(want)
		if err != nil {
			yield(camera.Picture{}, err)
			return
		}
		p.Frames(ctx, want)(yield)
	}
}

// program returns the program that reads the source.
func (s source) program(want camera.Want) (process.Program, error) {
	if s.path != "" {
		if err := s.checkFile(); err != nil {
			return process.Program{}, err
		}
	}
	path, err := find()
	if err != nil {
		return process.Program{}, err
	}
	request, err := Request{
		Device: s.device, Path: s.path, Address: s.address,
		Width: want.Width, Height: want.Height, FPS: want.FPS, Quality: want.Quality,
	}.variable()
	if err != nil {
		return process.Program{}, err
	}
	return process.Program{
		Words:   []string{path},
		Env:     append(environment(), request),
		Advice:  "check the camera or the film",
		Header:  readMode,
		Taken:   takenAt,
		Explain: s.explain,
	}, nil
}

// environment excludes the backend GStreamer, which takes seconds to find that it
// cannot open something, and OpenCV's messages that are no errors.
func environment() []string {
	return []string{"OPENCV_VIDEOIO_PRIORITY_GSTREAMER=0", "OPENCV_LOG_LEVEL=ERROR"}
}
