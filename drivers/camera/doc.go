// Package camera has the types of the contract between cameras and the program:
// what a camera is, what may be asked of it, and what it delivers.
//
// The rooms of the drivers build a [Camera] from these types, and package drivers,
// which imports the rooms, gives the types its own names. It imports nothing of
// Fanlight but jpegs, whose Picture it hands on. A picture goes from Camera.Frames
// to whoever ranges over it.
package camera
