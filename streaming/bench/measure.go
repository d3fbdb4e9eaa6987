//go:build linux

package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// sample is what viewers got from a contender in one round, and what it cost.
type sample struct {
	cpu         time.Duration   // for each delivered picture
	slowest     float64         // fps of the slowest viewer
	held        int             // viewers that got 95 % of the pictures
	memory      int64           // of the contender, resident, in bytes
	allocations float64         // for each delivered picture; only of Fanlight
	last        []time.Duration // from a picture's arrival until the last viewer had it
}

// measure starts viewers of a contender, and measures both for a while.
func measure(ctx context.Context, c *contender, t trial) (sample, error) {
	watching, err := startViewers(ctx, c, t)
	if err != nil {
		return sample{}, err
	}
	defer watching.stop()
	var before, after reading
	if err := rest(ctx, warming); err != nil {
		return sample{}, err
	}
	if before, err = read(c, watching); err != nil {
		return sample{}, err
	}
	if err := rest(ctx, lasting); err != nil {
		return sample{}, err
	}
	if after, err = read(c, watching); err != nil {
		return sample{}, err
	}
	return compare(before, after, watching.partBytes)
}

func rest(ctx context.Context, long time.Duration) error {
	select {
	case <-time.After(long):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// compare returns what the viewers got between two readings, and what it cost.
func compare(before, after reading, partBytes float64) (sample, error) {
	s := sample{memory: after.memory, last: after.last, slowest: math.Inf(1)}
	seconds := after.at.Sub(before.at).Seconds()
	var all float64
	for i := range after.bytes {
		got := float64(after.bytes[i]-before.bytes[i]) / partBytes
		all += got
		s.slowest = min(s.slowest, got/seconds)
		if got/seconds >= 0.95*fps {
			s.held++
		}
	}
	if all == 0 {
		return sample{}, errors.New("not one picture arrived")
	}
	s.cpu = time.Duration(float64(after.cpu-before.cpu) / all)
	s.allocations = (after.allocated - before.allocated) / all
	return s, nil
}

// reading is the state of a contender and of its viewers at one time.
type reading struct {
	at        time.Time
	cpu       time.Duration
	memory    int64
	allocated float64
	bytes     []int64         // received by each viewer so far
	last      []time.Duration // since the last reading
}

func read(c *contender, w *watching) (r reading, err error) {
	if r.bytes, r.last, err = w.counts(); err != nil {
		return r, err
	}
	r.at = time.Now()
	for _, pid := range c.processes() {
		used, err := cpuOf(pid)
		if err != nil {
			return r, err
		}
		resident, err := memoryOf(pid)
		if err != nil {
			return r, err
		}
		r.cpu += used
		r.memory += resident
	}
	if c.name == nameFanlight {
		r.allocated, err = c.metric("go_memstats_mallocs_total")
	}
	return r, err
}

// processes returns the processes that serve.
func (c *contender) processes() []int {
	if c.family {
		return family(c.command.Process.Pid)
	}
	return []int{c.command.Process.Pid}
}

// family returns a process and its descendants.
func family(pid int) []int {
	pids := []int{pid}
	tasks, _ := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
	for _, task := range tasks {
		children, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%s/children", pid, task.Name()))
		for _, child := range strings.Fields(string(children)) {
			if n, err := strconv.Atoi(child); err == nil {
				pids = append(pids, family(n)...)
			}
		}
	}
	return pids
}

// cpuOf returns the CPU time of a process in nanoseconds, not in ticks, from its CPU clock
// (clock_getcpuclockid(3); the clock's number is computed as in the kernel's
// include/linux/posix-timers_types.h).
func cpuOf(pid int) (time.Duration, error) {
	const scheduled = 2
	var used unix.Timespec
	if err := unix.ClockGettime(int32(^pid<<3|scheduled), &used); err != nil {
		return 0, fmt.Errorf("CPU clock of process %d: %w", pid, err)
	}
	return time.Duration(used.Nano()), nil
}

func memoryOf(pid int) (int64, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0, err
	}
	var size, resident int64
	if _, err := fmt.Sscan(string(stat), &size, &resident); err != nil {
		return 0, err
	}
	return resident * int64(os.Getpagesize()), nil
}

func readMetric(text io.Reader, name string) (float64, error) {
	for lines := bufio.NewScanner(text); lines.Scan(); {
		if value, found := strings.CutPrefix(lines.Text(), name+" "); found {
			return strconv.ParseFloat(value, 64)
		}
	}
	return 0, fmt.Errorf("no %s among the metrics", name)
}

// median returns the median. It sorts its argument.
func median[T int | int64 | float64 | time.Duration](of []T) T {
	slices.Sort(of)
	return of[len(of)/2]
}
