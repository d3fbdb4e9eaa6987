// Package pixels works on the pixels of pictures on their way from a camera to
// those who look at it: it encodes what cameras deliver raw, turns and labels
// pictures, makes them smaller, and decodes them for the preview. All others pass
// through the program as the camera's own bytes, and never come here. Drivers and
// app call it; it knows neither, and of the program imports its own turbo and lettering,
// which draws the letters, alone.
//
// The way of a picture: the gate opens a JPEG file and refuses what is none or too
// large, the file decodes to planes of brightness and colour at the eighths of its
// size that are wanted, these are resampled, turned and written on, and encode.
// There is no step to red, green and blue but for the screen. A picture that is
// only to be turned is not decoded at all: its blocks are moved, without loss.
//
// The work is libjpeg-turbo's, called by package turbo. It replaced OpenCV, which
// brings 249 shared libraries with it and ends the process where its own checks
// fail. CPU of a 720p picture of 120 KB, in one run, OpenCV's in brackets: decoded
// for the preview 1.8 ms (2.4), at half size 1.4 (1.6), made 640 wide 1.7 (2.0) and
// 960 wide 2.9 (7.3), mirrored 2.2 (5.6), turned by 90° 4.8 (5.9), given a clock 3.1
// (5.3), encoded from YUYV 2.5 (3.1).
//
// Two bindings were tried, pixiv/go-libjpeg and viam-labs/go-libjpeg, a copy of it.
// They reduce and encode as fast, but cannot turn without loss, decode to new memory
// each time, and tell neither of a picture that is cut short nor of a thousand scans.
package pixels
