// Package drivers holds the cameras: one file is one driver.
//
// A driver is only a generator of JPEG pictures. Its file registers a [Lister]
// under the driver's name from init; nothing else in the program changes when a
// driver is added. [camera.Camera] documents the promises that every driver keeps;
// the conformance kit in package drivertest checks them.
//
// What a driver needs beyond its file is in a package beside it, named after its
// subject. Those packages import each other, never this one. Package app finds cameras
// here; neither streaming nor Fyne may be imported. A picture goes from the package
// through Camera.Frames to app, byte for byte where the camera sends JPEG.
package drivers
