//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"syscall"
	"time"
)

const (
	fps      = 30
	pictures = 8 // which the camera shows in turn
	rounds   = 3 // for every contender with every number of viewers but one

	// Viewers watch for a while before they are measured, while TCP's congestion windows
	// grow.
	warming = 1500 * time.Millisecond
	lasting = 4 * time.Second
)

// allCrowds are the numbers of viewers to measure, unless others are given.
var allCrowds = []int{1, 10, 100, 500, 1000}

// trial is a number of viewers that watch a contender. In a timed one the viewers read
// each part's header, which costs more CPU time.
type trial struct {
	viewers int
	timed   bool
}

// latest is the trial that measures when the last viewer has a picture.
var latest = trial{viewers: 100, timed: true}

// rounds returns how many times every contender is measured. What one viewer costs depends on
// which core wakes which, and differs most from time to time.
func (t trial) rounds() int {
	if t.viewers == 1 {
		return 3 * rounds
	}
	return rounds
}

func trials(crowds []int) []trial {
	var all []trial
	for _, viewers := range crowds {
		all = append(all, trial{viewers: viewers})
	}
	return append(all, latest)
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var err error
	switch {
	case len(os.Args) > 1 && os.Args[1] == viewersRole:
		err = beViewers(os.Args[2:])
	case len(os.Args) == 3 && os.Args[1] == sourceRole:
		err = beSource(ctx, os.Args[2])
	case len(os.Args) >= 4:
		crowds, wrong := crowdsGiven(os.Args[4:])
		if err = wrong; err == nil {
			err = run(ctx, os.Args[1], os.Args[2], os.Args[3], crowds)
		}
	default:
		err = errors.New("usage: bench FANLIGHT FLOOR RESULT.md [VIEWERS ...]; make bench builds what it needs and runs it")
	}
	if err != nil && ctx.Err() != nil {
		err = errors.New("interrupted; no table is written")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// run measures every contender with every number of viewers, in turn, and writes the
// table.
func run(ctx context.Context, fanlight, floor, result string, crowds []int) error {
	dir, err := os.MkdirTemp("", "fanlight-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := makePictures(dir); err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	contenders, err := startAll(ctx, fanlight, floor, dir, max(slices.Max(crowds), latest.viewers))
	defer awaitAll(contenders)
	defer stop()
	if err != nil {
		return err
	}
	fanlightItself := contenders[slices.IndexFunc(contenders, func(c *contender) bool { return c.name == nameFanlight })]
	full, err := fill(ctx, fanlightItself)
	if err != nil {
		return fmt.Errorf("filling the history: %w", err)
	}
	found, err := measureAll(ctx, contenders, crowds)
	if err != nil {
		return err
	}
	disk, err := measureDisk(ctx, fanlightItself, dir)
	if err != nil {
		return fmt.Errorf("recording: %w", err)
	}
	return write(result, slices.Concat(table(contenders, found, crowds), historyLine(full), diskLine(disk)))
}

// crowdsGiven parses numbers of viewers; without any it returns allCrowds.
func crowdsGiven(words []string) ([]int, error) {
	if len(words) == 0 {
		return allCrowds, nil
	}
	var crowds []int
	for _, word := range words {
		n, err := strconv.Atoi(word)
		if err != nil || n < 1 {
			return nil, fmt.Errorf("%q is no number of viewers, such as 100", word)
		}
		crowds = append(crowds, n)
	}
	return crowds, nil
}

// findings are the samples, by the contender's name.
type findings map[string]map[trial][]sample

func measureAll(ctx context.Context, contenders []*contender, crowds []int) (findings, error) {
	found := findings{}
	for _, c := range contenders {
		found[c.name] = map[trial][]sample{}
	}
	for _, trial := range trials(crowds) {
		for round := range trial.rounds() {
			turn := slices.Clone(contenders)
			if round%2 == 1 { // so that no contender always suffers from what another one leaves behind
				slices.Reverse(turn)
			}
			for _, c := range turn {
				if trial.timed && !c.stamped || c.most > 0 && trial.viewers > c.most {
					continue
				}
				s, err := measure(ctx, c, trial)
				if err != nil {
					return nil, fmt.Errorf("%s with %d viewers: %w", c.what, trial.viewers, err)
				}
				found[c.name][trial] = append(found[c.name][trial], s)
				fmt.Printf("%-9s %5d viewers: %6.1f µs a picture, slowest viewer %5.1f fps\n",
					c.name, trial.viewers, s.cpu.Seconds()*1e6, s.slowest)
			}
		}
	}
	return found, nil
}
