// Package devices lists the cameras that OpenCV can open by their index.
//
// The driver file opencv.go calls it. It is apart from package opencv, which the
// program fanlight-opencv imports too: that needs nothing of Video4Linux.
package devices
