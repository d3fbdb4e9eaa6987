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
	film  bool        // it has an end, and is played at its own rate
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

// serve writes pictures: of a film over and over at its own rate, of a camera as
// they come.
func (c *capture) serve(out *bufio.Writer) error {
	if !c.read() {
		return opencv.FaultNoPicture
	}
	c.alarm.Stop()
	mode := camera.Mode{Width: c.frame.Cols(), Height: c.frame.Rows(), FPS: c.fps}
	if err := opencv.WriteMode(out, mode); err != nil {
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
				due = due.Add(late) // no burst after a pause
			}
			time.Sleep(time.Until(due))
		}
		c.guard(livePatience, opencv.FaultSilent)
		if !c.read() && !(c.film && c.rewind()) {
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

// rewind reads a film's first picture again. It opens the film again if the backend
// cannot go back.
func (c *capture) rewind() bool {
	c.video.Set(gocv.VideoCapturePosFrames, 0)
	if c.read() {
		return true
	}
	c.video.Close()
	return c.open() == nil && c.read()
}

// write writes the picture that was read.
func (c *capture) write(out *bufio.Writer) error {
	quality := cmp.Or(c.Quality, camera.DefaultQuality)
	picture, err := gocv.IMEncodeWithParams(gocv.JPEGFileExt, c.frame, []int{gocv.IMWriteJpegQuality, quality})
	if err != nil {
		return err
	}
	defer picture.Close()
	if picture.Len() == 0 {
		return opencv.FaultEncode
	}
	if err := opencv.WritePicture(out, picture.GetBytes(), c.taken); err != nil {
		return err
	}
	return out.Flush()
}
