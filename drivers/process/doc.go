// Package process runs a program that writes JPEG pictures to its standard output as
// a camera: it starts it, reads it at its own pace, ends it with its children, and
// says in a sentence why it failed.
//
// The driver command and the rooms pi and opencv call it. It imports no other driver's
// room. A picture goes from the program's standard output through jpegs.Split to
// the loop over Frames, through newest.Of where that is slow; standard error is kept
// for the sentence.
package process
