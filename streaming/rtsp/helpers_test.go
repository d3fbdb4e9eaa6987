package rtsp

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/jpeg"
	"log/slog"
	"net"
	"net/netip"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"fanlight/drivers/pixels"
	"fanlight/streaming"
	"fanlight/streaming/streamtest"
)

// patience bounds what is waited for: the machine may be busy with other tests.
const patience = time.Minute

// python is Debian's, which has its modules.
const python = "/usr/bin/python3"

// eventually waits for something that comes about by itself.
func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !done(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain: %s", what)
		}
	}
}

// painted is a picture in which each place has a colour of its own.
func painted(width, height int) image.Image {
	picture := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			picture.Set(x, y, color.RGBA{uint8(x * 255 / width), uint8(y * 255 / height), uint8((x/40 + y/40) % 2 * 200), 255})
		}
	}
	return picture
}

func encoded(t testing.TB, picture image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture, &jpeg.Options{Quality: 90}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// door is open to all, unless it has a passcode.
type door struct {
	mu       sync.Mutex
	passcode string
	keptOut  bool
	most     int // viewers; 0 for any number
	viewers  map[*viewer]bool
	tried    []bool // the credentials that were sent, and whether they were right
}

type viewer struct {
	door  *door
	agent string
	ctx   context.Context
	leave context.CancelFunc
	sent  int
}

func (d *door) Vet(_ context.Context, _ netip.Addr, credentials string, match func(string) bool) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case d.keptOut:
		return 403
	case d.passcode == "":
		return 200
	case credentials == "":
		return 401
	}
	right := match(d.passcode)
	d.tried = append(d.tried, right)
	if !right {
		return 401
	}
	return 200
}

func (d *door) Enter(_ netip.Addr, agent string) (Viewer, int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.most > 0 && len(d.viewers) >= d.most {
		return nil, 503
	}
	v := &viewer{door: d, agent: agent}
	v.ctx, v.leave = context.WithCancel(context.Background())
	if d.viewers == nil {
		d.viewers = map[*viewer]bool{}
	}
	d.viewers[v] = true
	return v, 200
}

// change changes the door.
func (d *door) change(edit func(*door)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	edit(d)
}

// here returns how many viewers there are.
func (d *door) here() (n int) {
	d.change(func(d *door) { n = len(d.viewers) })
	return n
}

func (v *viewer) Context() context.Context { return v.ctx }

func (v *viewer) Sent(int) { v.door.change(func(*door) { v.sent++ }) }

func (v *viewer) Leave() {
	v.leave()
	v.door.change(func(d *door) { delete(d.viewers, v) })
}

// house is a server with its camera.
type house struct {
	camera *streamtest.Camera
	feed   *streaming.Feed
	door   *door
	server *Server
	host   string
}

func log(t testing.TB) *slog.Logger { return slog.New(slog.NewTextHandler(t.Output(), nil)) }

func remakes() []Remake {
	return []Remake{pixels.Recode, func(picture []byte) ([]byte, error) { return pixels.Fit(picture, LongestSide, Step) }}
}

func serve(t *testing.T, picture []byte) *house {
	t.Helper()
	return serveWith(t, picture, nil)
}

// serveWith serves sound, too.
func serveWith(t *testing.T, picture []byte, heard Sound) *house {
	t.Helper()
	return serveTelling(t, picture, heard, log(t))
}

// serveTelling serves with a log of its own: that of a fuzz test is not for what is fuzzed.
func serveTelling(t testing.TB, picture []byte, heard Sound, log *slog.Logger) *house {
	t.Helper()
	h := &house{camera: streamtest.NewCamera(), door: &door{}}
	h.camera.Picture.Store(&picture)
	h.feed = streaming.NewFeed(h.camera.Source(), 200*time.Millisecond, log)
	t.Cleanup(h.feed.Close)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h.server, err = Serve(listener, Options{Feed: h.feed, Sound: heard, Door: h.door, Remake: remakes(), Log: log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.server.Close)
	h.host = listener.Addr().String()
	return h
}

func (h *house) url(user string) string {
	if user != "" {
		user += "@"
	}
	return "rtsp://" + user + h.host + "/"
}

// run runs a program that must be there.
func run(t testing.TB, program string, args ...string) (stdout []byte, stderr string, err error) {
	t.Helper()
	return runWith(t, nil, program, args...)
}

// runWith is run with bytes on standard input.
func runWith(t testing.TB, stdin []byte, program string, args ...string) (stdout []byte, stderr string, err error) {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		t.Fatalf("%s is missing: make setup-test installs it", program)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	command := exec.CommandContext(ctx, program, args...)
	var out, told bytes.Buffer
	command.Stdin, command.Stdout, command.Stderr = bytes.NewReader(stdin), &out, &told
	command.WaitDelay = time.Second
	err = command.Run()
	return out.Bytes(), strings.TrimSpace(told.String()), err
}

// distance is how far two pictures are apart, on average, from 0 to 255.
func distance(t *testing.T, got, want image.Image) float64 {
	t.Helper()
	if got.Bounds() != want.Bounds() {
		t.Errorf("a picture of %v, want %v", got.Bounds(), want.Bounds())
		return 255
	}
	sum, n := 0.0, 0
	for y := 0; y < want.Bounds().Dy(); y += 3 {
		for x := 0; x < want.Bounds().Dx(); x += 3 {
			r, g, b, _ := got.At(x, y).RGBA()
			r2, g2, b2, _ := want.At(x, y).RGBA()
			for _, d := range []int{int(r>>8) - int(r2>>8), int(g>>8) - int(g2>>8), int(b>>8) - int(b2>>8)} {
				sum += max(float64(d), float64(-d))
				n++
			}
		}
	}
	return sum / float64(n)
}
