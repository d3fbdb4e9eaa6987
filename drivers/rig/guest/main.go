package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"
)

// failed is the exit status when the rig failed and not the command. Shells use
// 125 the same way (env, timeout).
const failed = 125

type settings struct {
	memory, cpus          int
	bootLimit, runLimit   time.Duration
	verbose, prepareAlone bool
	logFile               string
}

func main() {
	if os.Getpid() == 1 { // the same program is the guest's init
		runInit()
	}
	// QEMU is killed with the thread that started it (Pdeathsig), so that thread has to live on.
	runtime.LockOSThread()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT)
	status, err := guest(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "guest:", err)
		status = failed
	}
	os.Exit(status)
}

func guest(ctx context.Context, args []string) (status int, err error) {
	set, command, err := parse(args)
	if errors.Is(err, flag.ErrHelp) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	image, err := prepared(ctx)
	if err != nil || set.prepareAlone {
		return 0, err
	}
	return run(ctx, set, image, command)
}

func parse(args []string) (settings, []string, error) {
	set := settings{logFile: os.Getenv("FANLIGHT_RIG_LOG")}
	flags := flag.NewFlagSet("guest", flag.ContinueOnError)
	flags.BoolVar(&set.prepareAlone, "prepare", false, "only fetch and unpack the kernel")
	flags.BoolVar(&set.verbose, "v", false, "show the kernel's log on standard error ($FANLIGHT_RIG_LOG names a file for it)")
	flags.IntVar(&set.memory, "m", 2048, "memory of the guest in MiB")
	flags.IntVar(&set.cpus, "smp", 2, "processors of the guest")
	flags.DurationVar(&set.bootLimit, "boot-timeout", 2*time.Minute, "longest time to boot")
	flags.DurationVar(&set.runLimit, "timeout", 20*time.Minute, "longest time for the command")
	flags.Usage = func() {
		fmt.Fprintln(flags.Output(), "Usage: guest [flags] command [argument ...]")
		flags.PrintDefaults()
	}
	if err := flags.Parse(args); err != nil {
		return set, nil, err
	}
	if flags.NArg() == 0 && !set.prepareAlone {
		return set, nil, errors.New("which command? Type: guest [flags] command [argument ...]")
	}
	return set, flags.Args(), nil
}
