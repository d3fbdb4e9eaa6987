// Package usbcam simulates a USB camera for the kernel it runs on: a UVC 1.1 camera
// with a bulk streaming endpoint, which speaks USB/IP and attaches itself through
// vhci_hcd, so that the stock driver uvcvideo picks it up and makes a /dev/video
// node of it. It is plugged, unplugged, stalled and broken while tests run.
//
// Only tests call it. It imports nothing of Fanlight. It needs root and the module
// vhci_hcd; [Available] reports whether they are there.
//
// A picture goes from [Config].Pictures through the streaming endpoint (stream.go) and
// USB/IP (usbip.go) into the kernel, and from there to whoever reads the node.
package usbcam
