// Package polled reads pipes and timers as cheaply as Go can.
//
// Go's poller waits until there is something to read. The read itself then does not
// block, so it is made without telling Go's scheduler (syscall.RawSyscall), which would
// wake its monitor thread: for a source of 30 fps that alone costs as much as sending the
// pictures to a viewer. On systems other than Linux the standard library does it all.
//
// Packages process and stills call it. It imports nothing of Fanlight. Bytes go from the
// descriptor straight into the caller's buffer.
package polled
