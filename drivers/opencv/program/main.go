// Command fanlight-opencv reads a camera, a film or an address with OpenCV and writes
// JPEG pictures to its standard output. Fanlight starts it for the driver opencv;
// package opencv describes the wire. It alone imports gocv, and it imports nothing of
// Fanlight but package opencv and the contract's types.
package main

import (
	"bufio"
	"fmt"
	"os"
	"time"

	"fanlight/drivers/opencv"

	"gocv.io/x/gocv"
)

func main() {
	fmt.Fprintln(os.Stderr, serve())
	os.Exit(1)
}

const (
	// openPatience is how long a source may take to its first picture, and livePatience
	// to each further one; a little less than what Fanlight gives any camera.
	openPatience = 9 * time.Second
	livePatience = 4 * time.Second
	// filmFPS is the rate of a film that gives none, or an impossible one.
	filmFPS = 25
)

// serve does what the request says until the source ends or nobody reads the pictures.
func serve() error {
	request, err := opencv.ReadRequest()
	if err != nil {
		return err
	}
	go endWithParent()
	c := capture{Request: request, frame: gocv.NewMat(), upside: gocv.NewMat()}
	c.guard(openPatience, opencv.FaultNoAnswer)
	if err := c.open(); err != nil {
		return err
	}
	// Closing may take long, and standard output is still open meanwhile.
	defer func() { c.video.Close() }()
	return c.serve(bufio.NewWriter(os.Stdout))
}

// endWithParent ends the program when its parent is killed, also while OpenCV hangs and
// nothing is written. On Windows, where the parent's number stays, only the guard does.
func endWithParent() {
	for parent := os.Getppid(); os.Getppid() == parent; {
		time.Sleep(time.Second)
	}
	os.Exit(1)
}
