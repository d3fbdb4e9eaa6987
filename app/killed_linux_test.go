package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"fanlight/drivers/process/processtest"
)

// film is what ffprobe says of a recording.
type film struct {
	begun    time.Time
	duration time.Duration // as the file's head says it
	times    []time.Duration
}

// last is when the last picture of the film was taken.
func (f film) last() time.Time { return f.begun.Add(f.times[len(f.times)-1]) }

// probe reads a recording, all of whose pictures must decode.
func probe(t *testing.T, path string) (f film) {
	t.Helper()
	out, err := processtest.Command(t, patience, "ffmpeg", "-v", "error", "-i", path, "-f", "null", "-").CombinedOutput()
	// The end of a file that was cut off is told, and is no error.
	if err != nil || strings.Contains(strings.ReplaceAll(string(out), "File ended prematurely", ""), "rror") {
		t.Errorf("ffmpeg plays %s: %v: %s", path, err, out)
	}
	var probed struct {
		Format struct {
			Duration string
			Tags     struct {
				Created time.Time `json:"creation_time"`
			}
		}
		Packets []struct {
			Time string `json:"pts_time"`
		}
	}
	out, err = processtest.Command(t, patience, "ffprobe", "-v", "error", "-of", "json", "-show_format", "-show_packets", path).Output()
	if err != nil || json.Unmarshal(out, &probed) != nil || len(probed.Packets) == 0 {
		t.Fatalf("ffprobe: %v: %d packets of %s", err, len(probed.Packets), path)
	}
	seconds := func(text string) time.Duration {
		n, err := strconv.ParseFloat(text, 64)
		if err != nil {
			t.Fatal(err)
		}
		return time.Duration(n * float64(time.Second)).Round(time.Millisecond)
	}
	f.begun, f.duration = probed.Format.Tags.Created, seconds(probed.Format.Duration)
	for _, packet := range probed.Packets {
		f.times = append(f.times, seconds(packet.Time))
	}
	return f
}

// middles seeks to the middle of a recording in each player, and returns where they came to.
func middles(t *testing.T, path string, middle time.Duration) map[string]time.Duration {
	t.Helper()
	found := map[string]time.Duration{}
	note := func(player, seconds string) {
		n, err := strconv.ParseFloat(seconds, 64)
		if err != nil {
			t.Errorf("%s came to %q", player, seconds)
		}
		found[player] = time.Duration(n * float64(time.Second))
	}
	out, err := processtest.Command(t, patience, "mpv", "--no-config", "--no-audio", "--vo=null", "--start=50%", "--frames=1", "--quiet",
		"--term-playing-msg=came to ${=time-pos}.", path).CombinedOutput()
	_, came, _ := strings.Cut(string(out), "came to ")
	if came, _, _ = strings.Cut(came, ".\n"); err != nil {
		t.Errorf("mpv: %v: %s", err, out)
	}
	note("mpv", came)
	out, err = processtest.Command(t, patience, "/usr/bin/python3", "testdata/middle.py", path).CombinedOutput()
	if err != nil {
		t.Errorf("OpenCV and GStreamer: %v: %s", err, out)
	}
	for line := range strings.Lines(string(out)) {
		if words := strings.Fields(line); len(words) == 3 && (words[0] == "OpenCV" || words[0] == "GStreamer") {
			note(words[0], words[2])
		}
	}
	note("VLC", fmt.Sprint(soughtByVLC(t, path, max(1, int(middle.Seconds())))))
	return found
}

// soughtByVLC tells VLC over its remote control to go to a second, and returns the second that
// it says it is at.
func soughtByVLC(t *testing.T, path string, second int) int {
	t.Helper()
	args := []string{"cvlc", "--intf", "oldrc", "--rc-fake-tty", "--vout", "dummy", "--aout", "dummy", "--rate", "0.1", path}
	home := t.TempDir()
	if os.Geteuid() == 0 { // as whom VLC does not run
		const nobody = 65534
		if err := os.Chown(home, nobody, nobody); err != nil {
			t.Fatal(err)
		}
		for dir := filepath.Dir(home); dir != os.TempDir() && dir != "/"; dir = filepath.Dir(dir) {
			if err := os.Chmod(dir, 0o755); err != nil {
				t.Fatal(err)
			}
		}
		args = append([]string{"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"}, args...)
	}
	vlc := processtest.Command(t, patience, args[0], args[1:]...)
	vlc.Env = append(os.Environ(), "HOME="+home, "XDG_RUNTIME_DIR="+home, "DISPLAY=", "WAYLAND_DISPLAY=")
	orders, err := vlc.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	answers, err := vlc.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := vlc.Start(); err != nil {
		t.Fatal(err)
	}
	var ordering sync.WaitGroup
	defer func() {
		_ = vlc.Process.Kill() // it may have ended
		ordering.Wait()
		_ = vlc.Wait() // by that signal
	}()
	ordering.Go(func() {
		for { // it is deaf until it plays
			if _, err := fmt.Fprintf(orders, "seek %d\nget_time\n", second); err != nil {
				return
			}
			time.Sleep(250 * time.Millisecond)
		}
	})
	for lines := bufio.NewScanner(answers); lines.Scan(); { // a time is a line of a number
		if n, err := strconv.Atoi(strings.TrimLeft(lines.Text(), "> ")); err == nil && n > 0 {
			return n
		}
	}
	return -1
}

// killed records by the real program, with more arguments, and kills it at a random moment.
func killed(t *testing.T, dir string, after time.Duration, more ...string) (path string, at time.Time) {
	t.Helper()
	s := serve(t)
	s.Args = append(s.Args, "--camera", folder(t), "--fps", "20", "--record", dir)
	s.Args = append(s.Args, more...)
	s.start(t)
	for deadline := time.Now().Add(patience); path == ""; time.Sleep(10 * time.Millisecond) {
		if files, _ := filepath.Glob(filepath.Join(dir, "*.mkv")); len(files) == 1 {
			path = files[0]
		} else if time.Now().After(deadline) {
			t.Fatalf("recordings %q", files)
		}
	}
	time.Sleep(after)
	at = time.Now()
	if err := s.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-s.ended
	return path, at
}

// What was recorded up to the last second before a SIGKILL plays, and is sought in, by all.
func TestRecordingsOfAKilledProgram(t *testing.T) {
	for _, program := range []string{"ffmpeg", "mpv", "cvlc"} {
		need(t, program)
	}
	random := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 1))
	for n := range 30 {
		after := 3*time.Second + time.Duration(random.Int64N(int64(3*time.Second)))
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel()
			path, at := killed(t, t.TempDir(), after)
			f := probe(t, path)
			if lost := at.Sub(f.last()); lost > time.Second {
				t.Errorf("killed after %v: the last %v are missing", after, lost)
			}
			end := f.times[len(f.times)-1]
			if f.duration > end+50*time.Millisecond || end-f.duration > 1200*time.Millisecond {
				t.Errorf("it is said to be %v long, and has %v", f.duration, end)
			}
			for player, came := range middles(t, path, f.duration/2) {
				if off := (came - f.duration/2).Abs(); off > time.Second {
					t.Errorf("%s seeks to %v of %v", player, came, f.duration)
				}
			}
		})
	}
}
