// Command guest boots a temporary virtual machine and runs one command in it:
// in the same directory, with the same environment and the same files, but with
// a kernel in which cameras can be plugged in and out at will. Its standard
// output, standard error and exit status are the command's, so that it serves as
//
//	go test -exec "$(pwd)/bin/guest" ./drivers/v4l2
//
// The machine is QEMU's, in software emulation, with Debian's own kernel. The
// host's files are there read-only with a RAM disk on top; there is no network.
//
// Only tests and people run it. It imports nothing of Fanlight. The command's words go
// over a virtual serial line to the guest's init, which is this program too (init.go);
// output and exit status come back over it (wire.go).
package main
