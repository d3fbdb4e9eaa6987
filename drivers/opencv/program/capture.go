package main

import (
	"bufio"
	"cmp"
	"fmt"
	"os"
	"strings"
	"time"

	"fanlight/drivers/camera"
	"fanlight/drivers/opencv"

	"gocv.io/x/gocv"
)

// capture is an open source.
type capture struct {
	opencv.Request
	video *gocv.VideoCapture
	frame gocv.Mat
	taken time.Time   // when frame was read
	alarm *time.Timer // ends the program if the source keeps it waiting
	fps   float64     // the source's
	film  bool        // it has an end, and is played at its own times

	turn   int      // by which its pictures stand upright, in degrees clockwise
	upside gocv.Mat // frame, turned
}

// guard ends the program if a call of OpenCV does not return in time.
func (c *capture) guard(patience time.Duration, why opencv.Fault) {
	c.alarm = time.AfterFunc(patience, func() {
		fmt.Fprintln(os.Stderr, why)
		os.Exit(1)
	})
}

// open opens the source and asks for the mode.
func (c *capture) open() error {
	var err error
	if c.Device >= 0 {
		c.video, err = gocv.VideoCaptureDevice(c.Device)
	} else {
		c.video, err = gocv.VideoCaptureFile(c.Path + c.Address)
	}
	if err != nil || !c.video.IsOpened() {
		return opencv.FaultOpen
	}
	if c.Device >= 0 {
		c.ask()
	} else {
		c.upright()
	}
	c.fps = c.video.Get(gocv.VideoCaptureFPS)
	if !(c.fps >= 0.01 && c.fps <= 240) {
		c.fps = filmFPS
	}
	live := c.Device >= 0 || strings.HasPrefix(c.Address, "rtsp")
	c.film = c.Path != "" || !live && c.video.Get(gocv.VideoCaptureFrameCount) > 0
	return nil
}

// ask asks a camera for what the user wants, and for MJPG: a USB 2 camera has no
// bandwidth for large raw pictures at a full rate. The camera answers with the nearest
// that it has.
func (c *capture) ask() {
	c.video.Set(gocv.VideoCaptureFOURCC, c.video.ToCodec("MJPG"))
	if c.Width > 0 && c.Height > 0 {
		c.video.Set(gocv.VideoCaptureFrameWidth, float64(c.Width))
		c.video.Set(gocv.VideoCaptureFrameHeight, float64(c.Height))
	}
	if c.FPS > 0 {
		c.video.Set(gocv.VideoCaptureFPS, c.FPS)
	}
}

// serve writes pictures: of a film over and over at its own times, of a camera as
// they come.
func (c *capture) serve(out *bufio.Writer) error {
	if !c.read() {
		return opencv.FaultNoPicture
	}
	c.alarm.Stop()
	first := c.turned()
	if err := opencv.WriteMode(out, camera.Mode{Width: first.Cols(), Height: first.Rows(), FPS: c.fps}); err != nil {
		return err
	}
	if c.film {
		return c.play(out)
	}
	for {
		shown, err := c.encode()
		if err != nil {
			return err
		}
		err = write(out, shown, c.taken)
		shown.Close()
		if err != nil {
			return err
		}
		c.guard(livePatience, opencv.FaultSilent)
		if !c.read() {
			return opencv.FaultEnded
		}
		c.alarm.Stop()
	}
}

// read reads the next picture, and reports whether there is one.
func (c *capture) read() bool {
	read := c.video.Read(&c.frame) && !c.frame.Empty()
	c.taken = time.Now()
	return read
}

// encode makes a JPEG picture of the one that was read. The caller closes it.
func (c *capture) encode() (*gocv.NativeByteBuffer, error) {
	quality := cmp.Or(c.Quality, camera.DefaultQuality)
	picture, err := gocv.IMEncodeWithParams(gocv.JPEGFileExt, *c.turned(), []int{gocv.IMWriteJpegQuality, quality})
	if err != nil {
		return nil, err
	}
	if picture.Len() == 0 {
		picture.Close()
		return nil, opencv.FaultEncode
	}
	return picture, nil
}

func write(out *bufio.Writer, picture *gocv.NativeByteBuffer, taken time.Time) error {
	if err := opencv.WritePicture(out, picture.GetBytes(), taken); err != nil {
		return err
	}
	return out.Flush()
}
