package web

import (
	"bytes"
	"context"
	"image"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// player is a program that watches a stream and saves its pictures to a folder, in files
// whose names sort by time.
type player struct {
	name     string
	program  string
	packages string // Debian's, which it is from
	goes     string // what the list of viewers calls it
	args     func(url, passcode, folder string) []string
	untold   bool // it saves all that it draws, one picture more than once, until it is interrupted
	notRoot  bool // it refuses to run as root
	verbatim bool // it leaves the bytes that came, not what it decoded
}

// taken is how many pictures a player takes.
const taken = 5

var allPlayers = []player{
	{name: "ffmpeg", program: "ffmpeg", packages: "ffmpeg", goes: "ffmpeg", args: func(url, _, folder string) []string {
		return []string{"-v", "error", "-i", url, "-fps_mode", "passthrough", "-frames:v", strconv.Itoa(taken), folder + "/%03d.png"}
	}},
	{name: "ffmpeg that copies", program: "ffmpeg", packages: "ffmpeg", goes: "ffmpeg", verbatim: true, args: func(url, _, folder string) []string {
		return []string{"-v", "error", "-i", url, "-c", "copy", "-frames:v", strconv.Itoa(taken), "-f", "image2", folder + "/%03d.jpg"}
	}},
	{name: "mpv", program: "mpv", packages: "mpv", goes: "mpv", args: func(url, _, folder string) []string {
		return []string{"--no-config", "--no-audio", "--really-quiet", "--profile=low-latency", "--untimed",
			"--vo=image", "--vo-image-format=png", "--vo-image-outdir=" + folder, "--frames=" + strconv.Itoa(taken), url}
	}},
	{name: "VLC", program: "cvlc", packages: "vlc-bin and vlc-plugin-base", goes: "VLC", untold: true, notRoot: true, args: func(url, _, folder string) []string {
		return []string{"--ignore-config", "--no-audio", "--vout=dummy", "--video-filter=scene",
			"--scene-format=png", "--scene-ratio=1", "--scene-path=" + folder, url}
	}},
	{name: "GStreamer", program: "gst-launch-1.0", packages: "gstreamer1.0-tools, gstreamer1.0-plugins-base and gstreamer1.0-plugins-good", goes: "GStreamer", args: func(url, _, folder string) []string {
		return strings.Fields("-q souphttpsrc location=" + url + " ! multipartdemux ! jpegdec" +
			" ! identity eos-after=" + strconv.Itoa(taken+1) + // ends with this one, which is not passed on
			" ! videoconvert ! pngenc ! multifilesink location=" + folder + "/%03d.png")
	}},
	{name: "OpenCV", program: "/usr/bin/python3", packages: "python3-opencv", goes: "ffmpeg", args: func(url, _, folder string) []string { // it reads through ffmpeg's libraries
		return []string{"testdata/opencv.py", url, strconv.Itoa(taken), folder}
	}},
	{name: "Python", program: "/usr/bin/python3", packages: "python3", goes: "Python", verbatim: true, args: func(url, passcode, folder string) []string {
		before, at, found := strings.Cut(url, "@") // urllib takes no passcode from an address
		if found {
			url = before[:strings.Index(before, "//")+2] + at
		}
		return []string{"testdata/watch.py", url, passcode, strconv.Itoa(taken), folder}
	}},
}

// TestPlayers runs each player with and without a passcode. Every picture that it
// makes must be one of the camera's, whole, and newer than the one before.
func TestPlayers(t *testing.T) {
	for _, p := range allPlayers {
		for _, passcode := range []string{"", "open sesame"} {
			t.Run(p.name+map[bool]string{true: " with the passcode"}[passcode != ""], func(t *testing.T) {
				t.Parallel()
				need(t, p.program, p.packages)
				p.check(t, passcode)
			})
		}
	}
}

func (p player) check(t *testing.T, passcode string) {
	var came names
	h := serveWith(t, Options{Passcode: passcode}, StreamOptions{}, func(h *house, l net.Listener) net.Listener {
		h.server.handler = came.of(h.server.handler)
		return l
	})
	h.feed.Use(projector(time.NewTicker(50 * time.Millisecond).C))
	url := h.url + "/stream.mjpg"
	if passcode != "" {
		url = strings.Replace(url, "://", "://:open%20sesame@", 1)
	}
	folder := t.TempDir()
	said := p.run(t, folder, p.args(url, passcode, folder))
	files := pictureFiles(t, folder)
	last, seen := 0, 0
	for _, file := range files {
		n, size, err := readSlide(file)
		if err != nil || n < last || size != image.Pt(slideWidth, slideHeight) {
			t.Errorf("%s is number %d behind %d, of size %v, %v; it says %s", filepath.Base(file), n, last, size, err, said)
		}
		if b, err := os.ReadFile(file); p.verbatim && (err != nil || !bytes.Equal(b, slide(n))) {
			t.Errorf("%s of %d bytes is not what was sent: %v", filepath.Base(file), len(b), err)
		}
		if n > last {
			seen++
		}
		last = n
	}
	if seen < taken || !p.untold && len(files) != taken {
		t.Errorf("%d different pictures in %d files, want %d; it says %s", seen, len(files), taken, said)
	}
	if got := came.all(); !slices.Equal(got, []string{p.goes}) {
		t.Errorf("it is known as %q, want %q", got, p.goes)
	}
}

// run runs the player until it has taken its pictures and ended in good order,
// and returns its output.
func (p player) run(t *testing.T, folder string, args []string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	program := p.program
	if p.notRoot && os.Geteuid() == 0 {
		const nobody = 65534
		if err := os.Chown(folder, nobody, nobody); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(filepath.Dir(folder), 0o711); err != nil {
			t.Fatal(err)
		}
		program, args = "setpriv", append([]string{"--reuid=65534", "--regid=65534", "--clear-groups", p.program}, args...)
	}
	run := exec.CommandContext(ctx, program, args...)
	run.Env = append(os.Environ(), "HOME="+folder)
	run.WaitDelay = patience
	var out bytes.Buffer
	run.Stdout, run.Stderr = &out, &out
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- run.Wait() }()
	if p.untold {
		for ctx.Err() == nil && different(pictureFiles(t, folder)) < taken {
			time.Sleep(50 * time.Millisecond)
		}
		if err := run.Process.Signal(os.Interrupt); err != nil {
			t.Errorf("it has ended by itself: %v", err)
		}
	}
	if err := <-ended; err != nil {
		t.Fatalf("%v: %v: %s", run, err, tail(out.String()))
	}
	return tail(out.String())
}

// tail returns the end of a long output.
func tail(said string) string { return said[max(0, len(said)-2000):] }

// different counts the slides in the files.
func different(files []string) int {
	numbers := map[int]bool{}
	for _, file := range files {
		if n, _, err := readSlide(file); err == nil { // one may be half written
			numbers[n] = true
		}
	}
	return len(numbers)
}

// pictureFiles are the paths of the pictures in a folder, sorted.
func pictureFiles(t *testing.T, folder string) []string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, entry := range entries {
		if kind := filepath.Ext(entry.Name()); kind == ".png" || kind == ".jpg" {
			paths = append(paths, filepath.Join(folder, entry.Name()))
		}
	}
	return paths
}

// names collects the names of the viewers' programs.
type names struct {
	mu   sync.Mutex
	seen []string
}

func (n *names) of(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n.mu.Lock()
		n.seen = append(n.seen, program(r.UserAgent()))
		n.mu.Unlock()
		next.ServeHTTP(w, r)
	})
}

func (n *names) all() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	slices.Sort(n.seen)
	return slices.Compact(n.seen)
}
