//go:build linux

package main

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// table tells what was found, as Markdown.
func table(contenders []*contender, found map[string]map[int][]sample) []byte {
	var t bytes.Buffer
	fmt.Fprintf(&t, "Measured on %s: %s.\n", time.Now().Format(time.DateOnly), machine())
	fmt.Fprintf(&t, "JPEG pictures of %d bytes at 720p, %d a second; medians of %d runs of %v, in turns.\n\n", pictureBytes, fps, rounds, lasting)

	fmt.Fprintf(&t, "CPU time of the server a delivered picture, in microseconds and as a multiple of the bare write(2) loop; in brackets the viewers that got 95 %% of %d pictures a second.\n\n", fps)
	fmt.Fprint(&t, "| viewers |")
	for _, c := range contenders {
		fmt.Fprintf(&t, " %s |", c.what)
	}
	fmt.Fprintf(&t, "\n|%s\n", strings.Repeat(" --- |", len(contenders)+1))
	for _, crowd := range crowds {
		fmt.Fprintf(&t, "| %d |", crowd)
		for _, c := range contenders {
			s := found[c.name][crowd]
			fmt.Fprintf(&t, " %.0f, %.2f (%d) |", cpu(s).Seconds()*1e6, ratio(s, found[nameFloor][crowd]), median(each(s, func(s sample) int { return s.held })))
		}
		fmt.Fprintln(&t)
	}

	fmt.Fprintf(&t, "\n| of the server | %s |\n|%s\n", names(contenders), strings.Repeat(" --- |", len(contenders)+1))
	most := crowds[len(crowds)-1]
	fmt.Fprintf(&t, "| memory a viewer, KiB |")
	for _, c := range contenders {
		fmt.Fprintf(&t, " %.1f |", float64(memory(found[c.name][most])-memory(found[c.name][1]))/float64(most-1)/1024)
	}
	fmt.Fprintf(&t, "\n| from a picture's arrival to the last byte of the last of %d viewers, median and 99th percentile, ms |", lastCrowd)
	for _, c := range contenders {
		fmt.Fprintf(&t, " %s |", lateness(found[c.name][lastCrowd]))
	}
	fmt.Fprintf(&t, "\n\nAllocations of Fanlight a delivered picture: %.1f with one viewer, %.2f with %d.\n",
		median(each(found[nameFanlight][1], allocations)), median(each(found[nameFanlight][most], allocations)), most)
	return t.Bytes()
}

func allocations(s sample) float64 { return s.allocations }

func cpu(of []sample) time.Duration {
	return median(each(of, func(s sample) time.Duration { return s.cpu }))
}

func memory(of []sample) int64 { return median(each(of, func(s sample) int64 { return s.memory })) }

// ratio is the median of the rounds' own ratios: what disturbs a round disturbs both.
func ratio(of, floors []sample) float64 {
	var ratios []float64
	for i := range of {
		ratios = append(ratios, float64(of[i].cpu)/float64(floors[i].cpu))
	}
	return median(ratios)
}

func lateness(of []sample) string {
	var all []time.Duration
	for _, s := range of {
		all = append(all, s.last...)
	}
	if len(all) == 0 {
		return "not told"
	}
	slices.Sort(all)
	return fmt.Sprintf("%.1f, %.1f", all[len(all)/2].Seconds()*1e3, all[len(all)*99/100].Seconds()*1e3)
}

func each[T any](of []sample, value func(sample) T) []T {
	var values []T
	for _, s := range of {
		values = append(values, value(s))
	}
	return values
}

func names(contenders []*contender) string {
	var all []string
	for _, c := range contenders {
		all = append(all, c.name)
	}
	return strings.Join(all, " | ")
}

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
	return fmt.Sprintf("%s, %d cores, Linux %s, %s", model, runtime.NumCPU(), release, runtime.Version())
}

// write leaves the table in the file and on the terminal.
func write(path string, table []byte) error {
	if err := os.WriteFile(path, table, 0o644); err != nil {
		return err
	}
	_, err := os.Stdout.Write(append([]byte("\n"), table...))
	return err
}
