package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// notifyEnding returns a context that ends with a signal that ends the program. A closed
// terminal (SIGHUP) is one of them, unless nohup has it ignored. It also keeps a reader
// of the log that goes away from ending the program (SIGPIPE): writing fails then, which
// nobody minds. That signal is caught and not ignored, because programs that are run as
// cameras would inherit it.
//
// Again takes the signals away from everybody else: Fyne ends its loop with them, and may
// panic as it does so. It waits a little, until Fyne has asked for them.
func notifyEnding(parent context.Context) (ctx context.Context, again func()) {
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	endings := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		endings = append(endings, syscall.SIGHUP)
	}
	ctx, end := context.WithCancel(parent)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, endings...)
	go func() {
		<-signals
		end()
	}()
	return ctx, func() {
		time.AfterFunc(100*time.Millisecond, func() {
			signal.Reset(endings...)
			signal.Notify(signals, endings...)
		})
	}
}
