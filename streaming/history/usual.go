package history

import (
	"bytes"
	"os"
	"strconv"
)

// mostUsual is how many bytes are usually kept at most: about a minute and a half of 720p.
const mostUsual = 256 << 20

// Usual is how many bytes are kept where the user has not chosen: 256 MB, or a tenth of the
// memory that is available now if that is less and known.
func Usual() int {
	info, err := os.ReadFile("/proc/meminfo")
	if err != nil { // only Linux has it
		return mostUsual
	}
	return usual(info)
}

func usual(meminfo []byte) int {
	for line := range bytes.Lines(meminfo) {
		rest, found := bytes.CutPrefix(line, []byte("MemAvailable:"))
		if !found {
			continue
		}
		number, _, _ := bytes.Cut(bytes.TrimSpace(rest), []byte(" "))
		if kilobytes, err := strconv.ParseUint(string(number), 10, 50); err == nil {
			return int(min(mostUsual, kilobytes<<10/10))
		}
	}
	return mostUsual
}
