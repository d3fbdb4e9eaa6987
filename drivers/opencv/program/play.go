package main

import (
	"bufio"
	"time"

	"fanlight/drivers/opencv"

	"gocv.io/x/gocv"
)

// stillEvery is how often a picture is written that a film shows for longer, so that the
// film does not count as stopped.
const stillEvery = 2 * time.Second

// play writes a film's pictures over and over, at the film's own times. The next one is
// read while one is shown, because its time says how long that is.
func (c *capture) play(out *bufio.Writer) error {
	film, due := newTimeline(c.position(), c.fps), time.Now()
	for {
		shown, err := c.encode()
		if err != nil {
			return err
		}
		gap := film.gap
		c.guard(livePatience, opencv.FaultSilent)
		if c.read() {
			gap = film.next(c.position())
		} else if c.rewind() {
			film = newTimeline(c.position(), c.fps)
		} else {
			shown.Close()
			return opencv.FaultEnded
		}
		c.alarm.Stop()
		if late := time.Since(due); late > time.Second {
			due = due.Add(late) // no burst after a pause
		}
		err = show(out, shown, due, due.Add(gap))
		shown.Close()
		if err != nil {
			return err
		}
		due = due.Add(gap)
	}
}

// show writes a picture, and again every stillEvery, from one time to another.
func show(out *bufio.Writer, picture *gocv.NativeByteBuffer, from, to time.Time) error {
	for ; ; from = from.Add(stillEvery) {
		time.Sleep(time.Until(from))
		if err := write(out, picture, time.Now()); err != nil {
			return err
		}
		if to.Sub(from) <= stillEvery {
			return nil
		}
	}
}

// position is the time of the picture that was read, in milliseconds.
func (c *capture) position() float64 { return c.video.Get(gocv.VideoCapturePosMsec) }

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
