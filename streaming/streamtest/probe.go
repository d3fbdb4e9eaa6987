package streamtest

import (
	"encoding/json"
	"math"
	"os/exec"
	"strconv"
	"testing"
)

// Probed is what ffprobe says of a file.
type Probed struct {
	Format struct {
		Duration string
		Tags     struct {
			Created string `json:"creation_time"`
			Title   string
		}
	}
	Streams []struct {
		Rate string `json:"avg_frame_rate"`
	}
	Packets []struct {
		Time string `json:"pts_time"`
		Size string
	}
}

// Probe asks ffprobe about a file, with further arguments for it.
func Probe(t *testing.T, path string, args ...string) Probed {
	t.Helper()
	args = append([]string{"-v", "error", "-of", "json", "-show_format", "-show_streams", "-show_packets"}, append(args, path)...)
	out, err := exec.CommandContext(t.Context(), "ffprobe", args...).Output()
	if err != nil {
		t.Fatalf("ffprobe: %v", err)
	}
	var p Probed
	if err := json.Unmarshal(out, &p); err != nil {
		t.Fatal(err)
	}
	return p
}

// Milliseconds reads ffprobe's seconds.
func Milliseconds(t *testing.T, text string) int64 {
	t.Helper()
	seconds, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return int64(math.Round(seconds * 1000))
}
