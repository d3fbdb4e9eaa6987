// Package stills makes a camera of pictures that lie ready: it yields them over and over
// at a rate, from memory or from a folder, which may change meanwhile.
//
// The driver files emulated.go and folder.go call it. It imports no other driver's
// room. The pictures stay in memory and are yielded as they are.
package stills
