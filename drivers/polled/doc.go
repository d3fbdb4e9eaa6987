// Package polled reads pipes and timers in the cheapest way that Go has.
//
// Go's poller waits until there is something to read. The read itself never waits
// then, so it is made without telling Go's scheduler (syscall.RawSyscall), which
// would wake its monitor thread: for a source of 30 pictures a second that alone
// costs as much as sending them to a viewer. Elsewhere than on Linux it is all left
// to the standard library.
//
// The rooms process and stills call it. It imports nothing of Fanlight.
package polled
