// Package meant finds out what the user means by a text for a camera: an address, a file,
// a folder, a driver with its argument, or what was copied with one of these in it, such as
// a curl command.
//
// Package app calls it, for the command line and for every key typed into the window. It
// opens nothing: what it needs of the disk comes through a function. It imports of
// Fanlight only drivers/secrets.
//
// A text goes into [Read]; a [Meaning] comes out, with a choice that package drivers finds
// a camera by, or with the reason why there is none.
package meant
