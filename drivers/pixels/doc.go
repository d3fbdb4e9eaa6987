// Package pixels works on the pixels of pictures on their way from a camera to
// its viewers: it encodes what cameras deliver raw, and turns and labels pictures
// for those who ask for it. All others pass through the program as the camera's
// own bytes, and never come here.
//
// The pixels are OpenCV's work: a library that the program has already, though
// libjpeg-turbo fed with planar YUV, made full range by our own loop, would take
// 2.7 ms of a core for a 720p YUYV picture in place of 3.7 ms. OpenCV ends the
// process where its own checks fail, so everything is checked here first.
package pixels
