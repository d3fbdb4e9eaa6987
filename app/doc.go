// Fanlight shows what a camera sees and shares it on the local network.
//
// This package reads the flags and the settings, builds the parts and ties them
// together. It may import every other package, but not gocv, and no package imports it.
//
//   - main.go, options.go: the command line; settings.go, damaged.go: the settings file.
//   - program.go: the program; jobs.go runs what changes it, one job after another.
//   - camera.go, tuning.go, offers.go: the camera as the source of a feed.
//   - sharing.go, network.go: the server on the network, its announcement and its link.
//   - window.go, window_tuning.go, audience.go, nearby.go, choosing.go, opening.go: what the
//     window shows and calls; preferences.go, port.go, recent.go, find.go: its settings, and
//     cameras by any address.
//   - protection.go, trust.go: what must not be shared, and who is not trusted.
//
// The way of a picture: drivers.Camera.Frames ──► source (camera.go), whose lens rotates
// and labels it ──► streaming.Feed ──► web.Stream for viewers and preview (window.go) for
// the window. Package streaming's documentation draws it in full.
//
// The way of a user's action: the window calls a method of program, which adds a job; the
// job changes the settings, the feed or the server. The window reads the state of all of
// them four times a second.
package main
