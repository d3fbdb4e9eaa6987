package main

import (
	"os"
	"os/signal"
	"syscall"
)

// endings returns the signals that end the program in order. A closed terminal
// (SIGHUP) is one of them, unless nohup has it ignored. It also keeps a reader of the
// log that goes away from ending the program (SIGPIPE): writing fails then, which
// nobody minds. The signal is caught and not ignored, because programs that are run as
// cameras would inherit that.
func endings() []os.Signal {
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	if signal.Ignored(syscall.SIGHUP) {
		return []os.Signal{os.Interrupt, syscall.SIGTERM}
	}
	return []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP}
}
