package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"fanlight/drivers/process/processtest"
	"fanlight/streaming/web/browsertest"

	"github.com/chromedp/chromedp"
)

// need fails where a program that `make test` installs is missing.
func need(t *testing.T, program string) {
	t.Helper()
	if testing.Short() {
		t.Skip("runs real clients: not in the short tests")
	}
	if _, err := exec.LookPath(program); err != nil {
		t.Fatalf("%v; `make test` installs it", err)
	}
}

func TestFFmpegRecordsAtTheRightRate(t *testing.T) {
	need(t, "ffmpeg")
	h := startHeadless(t, "--camera", folder(t), "--fps", "20")
	film := filepath.Join(t.TempDir(), "film.mkv")
	// mpjpeg has no clock of its own: ffmpeg must be told to go by when pictures come.
	record := processtest.Command(t, patience, "ffmpeg", "-v", "error", "-use_wallclock_as_timestamps", "1",
		"-i", h.link+"stream.mjpg", "-t", "5", "-c", "copy", film)
	if out, err := record.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var probed struct {
		Streams []struct {
			Width, Height int
			CodecName     string `json:"codec_name"`
			Frames        string `json:"nb_read_frames"`
		}
	}
	probe := processtest.Command(t, patience, "ffprobe", "-v", "error", "-count_frames", "-show_streams", "-of", "json", film)
	if out, err := probe.Output(); err != nil || json.Unmarshal(out, &probed) != nil || len(probed.Streams) != 1 {
		t.Fatalf("ffprobe: %v: %s", err, out)
	}
	film0 := probed.Streams[0]
	if film0.CodecName != "mjpeg" || film0.Width != 1280 || film0.Height != 720 {
		t.Errorf("recorded %+v", film0)
	}
	// A slow machine may make late pictures, never more of them.
	if frames, err := strconv.Atoi(film0.Frames); err != nil || frames < 50 || frames > 102 {
		t.Errorf("recorded %s pictures in 5 s at 20 a second", film0.Frames)
	}
}

// browser is headless Chromium.
func browser(t *testing.T) context.Context {
	t.Helper()
	need(t, "chromium")
	return browsertest.Chromium(t, 2*patience, chromedp.Flag("disable-quic", true))
}

func TestPictureMovesInChromium(t *testing.T) {
	tab := browser(t)
	h := startHeadless(t, "--camera", folder(t), "--fps", "2", "--name", "Front door")
	loaded := `document.getElementById("picture").width === 1280`
	if err := chromedp.Run(tab, chromedp.Navigate(h.link), chromedp.Poll(loaded, nil, chromedp.WithPollingTimeout(patience))); err != nil {
		t.Fatal(err)
	}
	h.waitFor(t, "the browser to count as a viewer", func(s status) bool { return s.Viewers == 1 })
	var title string
	named := `document.title.includes("Front door")`
	if err := chromedp.Run(tab, chromedp.Poll(named, nil, chromedp.WithPollingTimeout(patience)), chromedp.Title(&title)); err != nil {
		t.Errorf("title %q: %v", title, err)
	}
	seen := map[string]bool{}
	for deadline := time.Now().Add(patience); len(seen) < 3; time.Sleep(100 * time.Millisecond) {
		var shot []byte
		if err := chromedp.Run(tab, chromedp.Screenshot("#picture", &shot)); err != nil {
			t.Fatal(err)
		}
		seen[string(bytes.Clone(shot))] = true
		if time.Now().After(deadline) {
			t.Fatalf("the picture does not move: %d different screenshots", len(seen))
		}
	}
}
