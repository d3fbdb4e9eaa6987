//go:build linux

package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// table returns the findings as Markdown.
func table(contenders []*contender, found findings, crowds []int) []byte {
	var t bytes.Buffer
	fmt.Fprintf(&t, "Measured on %s: %s.\n", time.Now().Format(time.DateOnly), machine())
	fmt.Fprintf(&t, "JPEG pictures of %d bytes at 720p · %d fps; medians of %d runs of %v, in turns, and of %d for one viewer.\n\n", pictureBytes, fps, rounds, lasting, trial{viewers: 1}.rounds())
	costs(&t, contenders, found, crowds)
	fmt.Fprintln(&t)
	others(&t, contenders, found, crowds)
	fewest, most := slices.Min(crowds), slices.Max(crowds)
	fmt.Fprintf(&t, "\nAllocations of Fanlight a delivered picture: %.1f at %d viewers, %.2f at %d.\n",
		median(each(found[nameFanlight][trial{viewers: fewest}], allocations)), fewest, median(each(found[nameFanlight][trial{viewers: most}], allocations)), most)
	return t.Bytes()
}

// costs writes the table of CPU time, with a row for each number of viewers.
func costs(t io.Writer, contenders []*contender, found findings, crowds []int) {
	fmt.Fprintf(t, "CPU time of the server a delivered picture, in microseconds and as a multiple of the bare write(2) loop; in brackets the viewers that got at least 95 %% of %d fps.\n\n", fps)
	what := func(c *contender) string { return c.what }
	row(t, "viewers", each(contenders, what))
	rule(t, len(contenders))
	for _, crowd := range crowds {
		row(t, strconv.Itoa(crowd), each(contenders, func(c *contender) string {
			s := found[c.name][trial{viewers: crowd}]
			if len(s) == 0 {
				return "not measured"
			}
			held := median(each(s, func(s sample) int { return s.held }))
			return fmt.Sprintf("%.0f, %.2f (%d)", cpu(s).Seconds()*1e6, ratio(s, found[nameFloor][trial{viewers: crowd}]), held)
		}))
	}
}

// others writes the table of what is measured with some numbers of viewers only.
func others(t io.Writer, contenders []*contender, found findings, crowds []int) {
	fewest, most := slices.Min(crowds), slices.Max(crowds)
	row(t, "", each(contenders, func(c *contender) string { return c.name }))
	rule(t, len(contenders))
	row(t, "memory a viewer, KiB", each(contenders, func(c *contender) string {
		few, many := found[c.name][trial{viewers: fewest}], found[c.name][trial{viewers: most}]
		if len(few) == 0 || len(many) == 0 || most == fewest {
			return "not measured"
		}
		return fmt.Sprintf("%.1f", float64(memory(many)-memory(few))/float64(most-fewest)/1024)
	}))
	row(t, fmt.Sprintf("from a picture's arrival to the last byte of the last of %d viewers, median and 99th percentile, ms", latest.viewers),
		each(contenders, func(c *contender) string { return lateness(found[c.name][latest]) }))
}

func row(t io.Writer, first string, rest []string) {
	fmt.Fprintf(t, "| %s |\n", strings.Join(append([]string{first}, rest...), " | "))
}

func rule(t io.Writer, contenders int) {
	fmt.Fprintf(t, "|%s\n", strings.Repeat(" --- |", contenders+1))
}

func allocations(s sample) float64 { return s.allocations }

func cpu(of []sample) time.Duration {
	return median(each(of, func(s sample) time.Duration { return s.cpu }))
}

func memory(of []sample) int64 { return median(each(of, func(s sample) int64 { return s.memory })) }

// ratio returns the median of the ratios of each round, because what disturbs a round
// disturbs both.
func ratio(of, floors []sample) float64 {
	var ratios []float64
	for i := range of {
		ratios = append(ratios, float64(of[i].cpu)/float64(floors[i].cpu))
	}
	return median(ratios)
}

// lateness returns median and 99th percentile over the pictures of all rounds. It is not
// known for a contender whose parts have no times.
func lateness(of []sample) string {
	var all []time.Duration
	for _, s := range of {
		all = append(all, s.last...)
	}
	if len(all) == 0 {
		return "not known"
	}
	slices.Sort(all)
	return fmt.Sprintf("%.1f, %.1f", all[len(all)/2].Seconds()*1e3, all[len(all)*99/100].Seconds()*1e3)
}

func each[T, V any](of []T, value func(T) V) []V {
	var values []V
	for _, v := range of {
		values = append(values, value(v))
	}
	return values
}

// machine describes the machine that was measured on.
func machine() string {
	model := "unknown processor"
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(text)) {
			if name, value, _ := strings.Cut(line, ":"); strings.TrimSpace(name) == "model name" {
				model = strings.TrimSpace(value)
				break
			}
		}
	}
	var kernel unix.Utsname
	release := "unknown"
	if unix.Uname(&kernel) == nil {
		release = unix.ByteSliceToString(kernel.Release[:])
	}
	return fmt.Sprintf("%s, %d cores, Linux %s, huge pages %s, %s", model, runtime.NumCPU(), release, hugePages(), runtime.Version())
}

// hugePages is whom the kernel gives them to: "always", as Debian's does, "madvise" or "never"
// (Documentation/admin-guide/mm/transhuge.rst).
func hugePages() string {
	text, err := os.ReadFile("/sys/kernel/mm/transparent_hugepage/enabled")
	_, chosen, _ := strings.Cut(string(text), "[")
	chosen, _, found := strings.Cut(chosen, "]")
	if err != nil || !found {
		return "not known"
	}
	return chosen
}

// write writes the table to the file and to standard output.
func write(path string, table []byte) error {
	if err := os.WriteFile(path, table, 0o644); err != nil {
		return err
	}
	_, err := os.Stdout.Write(append([]byte("\n"), table...))
	return err
}
