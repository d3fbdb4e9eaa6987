package main

import (
	"math"
	"strings"

	"gocv.io/x/gocv"
)

// The properties of OpenCV that gocv has no names for: the turn in the film's file, in
// degrees, and whether OpenCV turns the pictures by it.
const (
	orientationMeta gocv.VideoCaptureProperties = 48
	orientationAuto gocv.VideoCaptureProperties = 49
)

// turns are the ways to turn pictures, by the degrees clockwise.
var turns = map[int]gocv.RotateFlag{90: gocv.Rotate90Clockwise, 180: gocv.Rotate180Clockwise, 270: gocv.Rotate90CounterClockwise}

// clockwise returns by how much the pictures of a film must be turned to stand upright, for
// what a version of OpenCV says. 4.6 says it counterclockwise, and turns the wrong way
// (https://github.com/opencv/opencv/issues/22088).
func clockwise(meta float64, version string) int {
	if math.IsNaN(meta) || math.Abs(meta) > 360 {
		return 0
	}
	degrees := int(math.Round(meta))
	if strings.HasPrefix(version, "4.6.") {
		degrees = -degrees
	}
	return (degrees + 360) % 360
}

// upright asks OpenCV not to turn the film's pictures, and remembers how to.
func (c *capture) upright() {
	c.video.Set(orientationAuto, 0)
	c.turn = clockwise(c.video.Get(orientationMeta), gocv.OpenCVVersion())
}

// turned returns the picture that was read as it stands upright.
func (c *capture) turned() *gocv.Mat {
	flag, turn := turns[c.turn]
	if !turn {
		return &c.frame
	}
	gocv.Rotate(c.frame, &c.upside, flag)
	return &c.upside
}
