// Package opencv makes cameras of what OpenCV can open: any camera by its index,
// films, and addresses that its backends read, such as rtsp://. On Linux the driver
// v4l2 is the better way to a camera; elsewhere this one is the way.
//
// The driver file opencv.go and the room devices call it. OpenCV itself is in the
// program fanlight-opencv (room program), which imports this package for the wire
// between the two and alone may import gocv: OpenCV needs 250 libraries, and its calls
// cannot be cancelled, hang for half a minute where a server does not answer, and
// crash on some broken films.
//
// The wire: the program gets its request as JSON in its environment. To its standard
// output it writes the mode in a line of JSON, then JPEG pictures one after the other,
// each with the time at which it was read in its first comment. So the time cannot get
// out of step with its picture, package process need not know of it, and the output is
// one that any reader of MJPEG takes. The last line on standard error is a [Fault].
package opencv
