// Package process runs a program that writes JPEG pictures to its standard output as a
// camera: it starts the program, reads its pictures, ends it with its children, and
// explains in a sentence why it failed.
//
// The driver command and packages pi and opencv call it. It may not import another
// driver's package. A picture goes from the program's standard output through jpegs.Split
// to the loop over Frames: in the goroutine that reads it, or through newest.Of if the
// loop is slow. Standard error is kept for the sentence.
package process
