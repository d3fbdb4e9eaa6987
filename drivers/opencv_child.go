package drivers

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"gocv.io/x/gocv"
)

const (
	// childVariable names the driver that started this program as its child.
	childVariable = "FANLIGHT_CHILD"
	// orderVariable holds the order. It is no argument, since the system shows
	// those to every user, and an address may hold a password.
	orderVariable = "FANLIGHT_CHILD_ORDER"
)

// RunChild makes this program the child of one of its drivers, if it was started
// as that, and then does not return. It must be the first call of main, and of
// TestMain in tests that open such a camera; there it returns at once.
func RunChild() {
	if os.Getenv(childVariable) != "opencv" {
		return
	}
	fmt.Fprintln(os.Stderr, serveOpenCV())
	os.Exit(1)
}

// openCVOrder is what a child is told. A negative device stands for none.
type openCVOrder struct {
	Device        int
	Path, Address string
	Width, Height int
	FPS           float64
	Quality       int
}

// openCVFault is why a child ends; the last line on its standard error.
type openCVFault string

func (f openCVFault) Error() string { return string(f) }

const (
	faultOpen      openCVFault = "cannot open"
	faultNoAnswer  openCVFault = "no answer"
	faultNoPicture openCVFault = "no picture in it"
	faultSilent    openCVFault = "nothing comes any more"
	faultEnded     openCVFault = "ended"
	faultEncode    openCVFault = "cannot encode"
)

const (
	// openCVOpen is how long a source may take to its first picture, and openCVLive
	// to each further one; a little less than what the program gives any camera.
	openCVOpen = 9 * time.Second
	openCVLive = 4 * time.Second
	// filmFPS is the rate of a film that gives none, or one that cannot be.
	filmFPS = 25
)

// serveOpenCV is the child: it writes the mode in a line of JSON, then pictures,
// to standard output until the source ends or nobody reads them.
func serveOpenCV() error {
	var order openCVOrder
	if err := json.Unmarshal([]byte(os.Getenv(orderVariable)), &order); err != nil {
		return err
	}
	go endWithParent()
	c := openCVCapture{openCVOrder: order, frame: gocv.NewMat()}
	c.guard(openCVOpen, faultNoAnswer)
	if err := c.open(); err != nil {
		return err
	}
	// Closing may take its time, which is not to pass with standard output closed.
	defer func() { c.video.Close() }()
	return c.serve(bufio.NewWriter(os.Stdout))
}

// endWithParent ends the child where its parent was killed and OpenCV hangs, so
// that no write tells it. Windows keeps the number of a parent that is gone; there
// the guard is the bound.
func endWithParent() {
	for parent := os.Getppid(); os.Getppid() == parent; {
		time.Sleep(time.Second)
	}
	os.Exit(1)
}

// openCVCapture is an open source.
type openCVCapture struct {
	openCVOrder
	video *gocv.VideoCapture
	frame gocv.Mat
	alarm *time.Timer // ends the child if the source keeps it waiting
	fps   float64     // that the source says
	film  bool        // it has an end, and is played at its own rate
}

// guard ends the child, from outside a call of OpenCV that does not return in
// time.
func (c *openCVCapture) guard(patience time.Duration, why error) {
	c.alarm = time.AfterFunc(patience, func() {
		fmt.Fprintln(os.Stderr, why)
		os.Exit(1)
	})
}

// open opens the source and asks for the mode.
func (c *openCVCapture) open() error {
	var err error
	if c.Device >= 0 {
		c.video, err = gocv.VideoCaptureDevice(c.Device)
	} else {
		c.video, err = gocv.VideoCaptureFile(c.Path + c.Address)
	}
	if err != nil || !c.video.IsOpened() {
		return faultOpen
	}
	if c.Device >= 0 {
		c.ask()
	}
	c.fps = c.video.Get(gocv.VideoCaptureFPS)
	if !(c.fps >= 0.01 && c.fps <= 240) {
		c.fps = filmFPS
	}
	live := c.Device >= 0 || strings.HasPrefix(c.Address, "rtsp")
	c.film = c.Path != "" || !live && c.video.Get(gocv.VideoCaptureFrameCount) > 0
	return nil
}

// ask asks a camera for what the user wants. MJPG comes first: a USB 2 camera has
// no bandwidth for large raw pictures at a full rate. What the camera does not
// have, it answers with the nearest that it has.
func (c *openCVCapture) ask() {
	c.video.Set(gocv.VideoCaptureFOURCC, c.video.ToCodec("MJPG"))
	if c.Width > 0 && c.Height > 0 {
		c.video.Set(gocv.VideoCaptureFrameWidth, float64(c.Width))
		c.video.Set(gocv.VideoCaptureFrameHeight, float64(c.Height))
	}
	if c.FPS > 0 {
		c.video.Set(gocv.VideoCaptureFPS, c.FPS)
	}
}

// serve writes pictures: of a film over and over at its own rate, of a camera as
// they come.
func (c *openCVCapture) serve(out *bufio.Writer) error {
	if !c.read() {
		return faultNoPicture
	}
	c.alarm.Stop()
	mode := Mode{Width: c.frame.Cols(), Height: c.frame.Rows(), FPS: c.fps}
	if err := json.NewEncoder(out).Encode(mode); err != nil {
		return err
	}
	due := time.Now()
	for {
		if err := c.write(out); err != nil {
			return err
		}
		if c.film {
			due = due.Add(time.Duration(float64(time.Second) / c.fps))
			if late := time.Since(due); late > time.Second {
				due = due.Add(late) // no burst behind a pause
			}
			time.Sleep(time.Until(due))
		}
		c.guard(openCVLive, faultSilent)
		if !c.read() && !(c.film && c.rewind()) {
			return faultEnded
		}
		c.alarm.Stop()
	}
}

// read reads the next picture, and tells whether there is one.
func (c *openCVCapture) read() bool { return c.video.Read(&c.frame) && !c.frame.Empty() }

// rewind reads a film's first picture again. Not all backends can go back; then
// the film is opened again.
func (c *openCVCapture) rewind() bool {
	c.video.Set(gocv.VideoCapturePosFrames, 0)
	if c.read() {
		return true
	}
	c.video.Close()
	return c.open() == nil && c.read()
}

func (c *openCVCapture) write(out *bufio.Writer) error {
	quality := c.Quality
	if quality == 0 {
		quality = DefaultQuality
	}
	picture, err := gocv.IMEncodeWithParams(gocv.JPEGFileExt, c.frame, []int{gocv.IMWriteJpegQuality, quality})
	if err != nil {
		return err
	}
	defer picture.Close()
	if picture.Len() == 0 {
		return faultEncode
	}
	if _, err := out.Write(picture.GetBytes()); err != nil {
		return errors.New("nobody reads the pictures")
	}
	return out.Flush()
}
