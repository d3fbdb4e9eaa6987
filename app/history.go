package main

import (
	"fmt"
	"math"
	"runtime/debug"
	"strconv"
	"strings"

	"fanlight/streaming/history"
)

// memory is an amount of memory in bytes, as the user writes it.
type memory int

// mostMemory is the most that is understood, in MB.
const mostMemory = min(1<<20, math.MaxInt>>20)

func (m *memory) UnmarshalText(text []byte) error {
	number, unit := strings.ToUpper(strings.ReplaceAll(string(text), " ", "")), 0
	for suffix, megabytes := range map[string]int{"MB": 1, "GB": 1 << 10} {
		if before, found := strings.CutSuffix(number, suffix); found {
			number, unit = before, megabytes
		}
	}
	n, err := strconv.ParseUint(number, 10, 32)
	if err != nil || n > 0 && unit == 0 || n > uint64(mostMemory/max(unit, 1)) {
		return fmt.Errorf("a size is a whole number of MB or GB such as 256MB, or 0 for none, not %q", text)
	}
	*m = memory(int(n) * unit << 20)
	return nil
}

// historyBytes is how many bytes of pictures are kept: from the command line, else as set in
// the window.
func historyBytes(o options, r remembered) int {
	switch {
	case o.History != nil:
		return int(*o.History)
	case r.HistoryMB != nil && *r.HistoryMB >= 0 && *r.HistoryMB <= mostMemory:
		return *r.HistoryMB << 20
	default:
		return history.Usual()
	}
}

// SetHistory is called by the window with how many MB of pictures are kept; zero for none.
func (p *program) SetHistory(megabytes int) {
	p.history.SetMost(megabytes << 20)
	p.keep(func(r *remembered) { r.HistoryMB = &megabytes })
	p.jobs.add(debug.FreeOSMemory) // what is no longer kept
}
