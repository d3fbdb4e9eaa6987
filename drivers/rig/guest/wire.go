package main

// Host and guest talk in gobs over one virtio-serial port. It is a single
// ordered stream, so once the host has read the exit status it has read all of
// the command's output too.

// portName is the virtio-serial port's name; the guest finds it by that.
const portName = "fanlight.rig"

// job is what the host asks of the guest, once.
type job struct {
	Args, Env []string
	Dir       string
	// Image is the directory of the prepared kernel on the host.
	Image string
}

// report is what the guest tells the host. The first says Started, the last Done.
type report struct {
	Started bool
	Stdout  []byte
	Stderr  []byte
	Done    bool
	Status  int
}
