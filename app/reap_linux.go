package main

import (
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

// reapOrphans does nothing, unless this is process 1, as in a container. The kernel
// makes process 1 the parent of orphans, whom nobody else waits for: they would stay
// as zombies. Then the program runs as a child, which gets the signals that come here,
// and this process ends with its status.
//
// Waiting for every child is not for the program itself: it would take away the
// statuses of the programs that it runs as cameras.
func reapOrphans() {
	if os.Getpid() != 1 {
		return
	}
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT)
	child, err := syscall.ForkExec("/proc/self/exe", os.Args, &syscall.ProcAttr{
		Env:   os.Environ(),
		Files: []uintptr{0, 1, 2},
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, "fanlight: cannot run as process 1:", err)
		os.Exit(exitFailed)
	}
	go func() {
		for s := range signals {
			_ = syscall.Kill(child, s.(syscall.Signal)) // it may have ended already
		}
	}()
	os.Exit(reapUntil(child))
}

// reapUntil waits for all children until one of them has ended, and returns its status.
func reapUntil(child int) int {
	for {
		var status syscall.WaitStatus
		pid, err := syscall.Wait4(-1, &status, 0, nil)
		switch {
		case err == syscall.EINTR:
		case err != nil:
			return exitFailed
		case pid != child:
		case status.Signaled():
			return 128 + int(status.Signal())
		default:
			return status.ExitStatus()
		}
	}
}
