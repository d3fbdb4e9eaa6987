package web

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"fanlight/drivers/process/processtest"
	"fanlight/streaming/sound"
	"fanlight/streaming/sound/soundtest"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
)

// start starts a program in the place.
func (p *place) start(t *testing.T, command *exec.Cmd) {
	t.Helper()
	p.do(t, command.Start)
}

// chromiumAt is headless Chromium on another computer, with sound.
func chromiumAt(t *testing.T, at *place) chrome {
	t.Helper()
	need(t, "chromium", "chromium")
	ctx, cancel := context.WithCancel(context.Background())
	run := exec.CommandContext(ctx, "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--accept-lang=en",
		"--remote-debugging-port=0", "--user-data-dir="+t.TempDir(), "about:blank")
	out, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	run.Stderr, run.WaitDelay = in, patience
	processtest.EndWith(t, run)
	at.start(t, run)
	in.Close()
	t.Cleanup(func() {
		unasked := time.AfterFunc(patience, cancel) // if it does not end when it is asked to
		run.Wait()
		unasked.Stop()
		cancel()
		out.Close()
	})
	silent := time.AfterFunc(20*patience, cancel)
	defer silent.Stop()
	address := ""
	lines := bufio.NewScanner(out)
	for address == "" && lines.Scan() {
		_, address, _ = strings.Cut(lines.Text(), "DevTools listening on ws://")
	}
	go io.Copy(io.Discard, out)
	hostPort, path, _ := strings.Cut(address, "/")
	local := forward(t, at, hostPort)
	bounded, stop := context.WithTimeout(t.Context(), 20*patience)
	t.Cleanup(stop)
	remote, end := chromedp.NewRemoteAllocator(bounded, "ws://"+local+"/"+path, chromedp.NoModifyURL)
	t.Cleanup(end)
	tab, endTab := chromedp.NewContext(remote)
	t.Cleanup(func() {
		chromedp.Run(tab, chromedp.ActionFunc(func(ctx context.Context) error { return browser.Close().Do(ctx) }))
		endTab()
	})
	return chrome{tab}
}

// forward listens here for what is meant for an address on another computer.
func forward(t *testing.T, at *place, address string) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var passing sync.WaitGroup
	passing.Go(func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			far := at.dial(t, address)
			passing.Go(func() { io.Copy(far, near); far.Close() })
			passing.Go(func() { io.Copy(near, far); near.Close() })
		}
	})
	t.Cleanup(func() { listener.Close(); passing.Wait() })
	return listener.Addr().String()
}

// ears hear what a sound server's loudspeaker plays.
type ears struct {
	mu     sync.Mutex
	clicks []time.Time
}

func earsAt(t *testing.T, monitor string) *ears {
	t.Helper()
	e := &ears{}
	ctx, cancel := context.WithCancel(context.Background())
	run := exec.CommandContext(ctx, "parec", "--device="+monitor, "--raw", "--format=s16le", "--rate=48000", "--channels=1", "--latency-msec=5")
	out, err := run.StdoutPipe()
	if err == nil {
		err = run.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	var hearing sync.WaitGroup
	hearing.Go(func() { e.hear(out) })
	t.Cleanup(func() { cancel(); hearing.Wait(); run.Wait() })
	return e
}

func (e *ears) hear(out io.Reader) {
	buffer := make([]byte, 64<<10)
	for quiet := sound.Rate; ; {
		n, err := io.ReadAtLeast(out, buffer, 2)
		if err != nil {
			return
		}
		now := time.Now()
		for i := 0; i+1 < n; i += 2 {
			loud := math.Abs(float64(int16(binary.LittleEndian.Uint16(buffer[i:])))) > 2000
			if loud && quiet > sound.Rate/5 {
				e.mu.Lock()
				e.clicks = append(e.clicks, now.Add(-time.Duration(n-i)/2*time.Second/sound.Rate))
				e.mu.Unlock()
			}
			quiet++
			if loud {
				quiet = 0
			}
		}
	}
}

// skews returns by how much each flash of a time was seen before or after its click; a missing
// one counts as a second.
func skews(seen []sighting, clicks []time.Time, from, to time.Time) (all []time.Duration) {
	flash := false
	for _, s := range seen {
		begins := isFlash(s.number) && !flash
		flash = isFlash(s.number)
		if !begins || s.at.Before(from) || s.at.After(to) {
			continue
		}
		nearest := patternEvery
		for _, c := range clicks {
			if d := s.at.Sub(c); d.Abs() < nearest.Abs() {
				nearest = d
			}
		}
		all = append(all, nearest)
	}
	for range int(to.Sub(from)/patternEvery) - len(all) {
		all = append(all, patternEvery)
	}
	return all
}

// TestFlashAndClickAreTogether measures how far apart a flash is seen and its click is heard, in
// real browsers over networks that are long and lose packets.
func TestFlashAndClickAreTogether(t *testing.T) {
	needNetworks(t)
	need(t, "parec", "pulseaudio-utils")
	for _, way := range []time.Duration{5 * time.Millisecond, 50 * time.Millisecond} {
		for name, start := range map[string]func(t *testing.T, at *place) listener{
			"Chromium": func(t *testing.T, at *place) listener { return chromiumAt(t, at) },
			"Firefox":  func(t *testing.T, at *place) listener { return startFirefoxAt(t, at) },
		} {
			t.Run(fmt.Sprintf("%s, %v", name, way), func(t *testing.T) {
				soundtest.NewPulse(t)
				home, far := newFar(t, way, 0.01)
				far.run(t, "ip link set lo up")
				h := serveWith(t, Options{}, StreamOptions{}, func(h *house, l net.Listener) net.Listener {
					l.Close()
					h.url = "http://192.0.2.1:8080"
					return home.listen(t, "192.0.2.1:8080")
				})
				p := newPattern(t, h.stream, 0)
				h.feed.Use(p.source())
				ears := earsAt(t, soundtest.MonitorID)
				b := start(t, far)
				watchAndHear(t, h, b)
				from := time.Now()
				time.Sleep(insyncFor())
				to := time.Now()
				words, _ := b.tell(`document.getElementById("lag").textContent`)
				seen := sightings(t, b)
				ears.mu.Lock()
				clicks := slices.Clone(ears.clicks)
				ears.mu.Unlock()
				report(t, words, skews(seen, clicks, from, to), seen)
			})
		}
	}
}

// together is how far apart a flash and a click may be that people take for one event.
const together = 80 * time.Millisecond

// insyncFor is for how long it is measured: as the environment says, or ten seconds.
func insyncFor() time.Duration {
	if d, err := time.ParseDuration(os.Getenv("FANLIGHT_INSYNC")); err == nil {
		return d
	}
	return 10 * time.Second
}

func watchAndHear(t *testing.T, h *house, b listener) {
	t.Helper()
	if err := b.visit(h.url + "/"); err != nil {
		t.Fatal(err)
	}
	wait := func(expression string) {
		t.Helper()
		eventually(t, expression, func() bool {
			value, err := b.tell(expression)
			return err == nil && string(value) == "true"
		})
	}
	wait(`document.getElementById("sound")?.checkVisibility() && ` + shown + ` > 0`)
	if err := b.press("#sound"); err != nil {
		t.Fatal(err)
	}
	wait(`document.getElementById("lag").textContent.startsWith("Sound is ")`)
	wait(eyes)
	time.Sleep(5 * time.Second) // in which the lag settles
}

func report(t *testing.T, words json.RawMessage, all []time.Duration, seen []sighting) {
	t.Helper()
	t.Logf("%s, %d events, %d pictures: %v", words, len(all), len(seen), all)
	slices.SortFunc(all, func(a, b time.Duration) int { return int(a.Abs() - b.Abs()) })
	within := len(slices.DeleteFunc(slices.Clone(all), func(d time.Duration) bool { return d.Abs() > together }))
	if 4*within < len(all) { // a busy machine is late for some, and that is no fault of the page
		t.Errorf("%d of %d events were together", within, len(all))
	}
	t.Logf("%d within %v; 50%% within %v, 95%% within %v, most %v", within, together, all[len(all)/2].Abs(), all[len(all)*95/100].Abs(), all[len(all)-1].Abs())
	neverBack(t, seen)
}
