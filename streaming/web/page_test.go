package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"iter"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"fanlight/assets"
	"fanlight/streaming"
	"fanlight/streaming/reach"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// film is a camera whose pictures are large and differ from one to the next.
func film(fps float64, fail *atomic.Pointer[error]) streaming.Source {
	return streaming.Source{ID: "film", Name: "Tür/Kamera: 2", Frames: func(ctx context.Context, granted func(streaming.Mode)) iter.Seq2[streaming.Picture, error] {
		return func(yield func(streaming.Picture, error) bool) {
			tick := time.NewTicker(time.Duration(float64(time.Second) / fps))
			defer tick.Stop()
			for n := 0; ; n++ {
				if err := fail.Load(); err != nil {
					yield(streaming.Picture{}, *err)
					return
				}
				if !yield(streaming.Picture{JPEG: assets.Emulated()[n%3]}, nil) {
					return
				}
				select {
				case <-tick.C:
				case <-ctx.Done():
					return
				}
			}
		}
	}}
}

// theatre is a house whose page is looked at in a browser.
type theatre struct {
	*house
	tab    context.Context
	air    *air
	fail   atomic.Pointer[error]
	mu     sync.Mutex
	faults []string // what the browser complained of
}

func openTheatre(t *testing.T, fps float64) *theatre {
	t.Helper()
	tab := chromium(t)
	th := &theatre{tab: tab}
	th.house = serveWith(t, Options{}, StreamOptions{Shrink: shade}, func(_ *house, l net.Listener) net.Listener {
		th.air = &air{Listener: l}
		return th.air
	})
	th.feed.Use(film(fps, &th.fail))
	chromedp.ListenTarget(tab, func(event any) {
		switch event := event.(type) {
		case *log.EventEntryAdded:
			if event.Entry.Source != log.SourceNetwork { // a server that is away is no fault of the page
				th.complain(event.Entry.Text)
			}
		case *runtime.EventExceptionThrown:
			th.complain(event.ExceptionDetails.Error())
		}
	})
	th.run(t, log.Enable(), chromedp.EmulateViewport(1280, 800))
	return th
}

// air is a link between the server and its viewers that can be slow, and can be
// away: then nothing goes through, and nobody is told.
type air struct {
	net.Listener
	away atomic.Bool
	rate atomic.Int64 // bytes a second to each viewer; zero is no limit
}

func (a *air) Accept() (net.Conn, error) {
	conn, err := a.Listener.Accept()
	return &airConn{Conn: conn, air: a, closed: make(chan struct{})}, err
}

type airConn struct {
	net.Conn
	air    *air
	once   sync.Once
	closed chan struct{}
}

func (c *airConn) Close() error {
	c.once.Do(func() { close(c.closed) })
	return c.Conn.Close()
}

// pass waits until the link lets bytes through.
func (c *airConn) pass(bytes int) error {
	wait := time.Duration(0)
	if rate := c.air.rate.Load(); rate > 0 {
		wait = time.Duration(bytes) * time.Second / time.Duration(rate)
	}
	for first := true; first || c.air.away.Load(); first = false {
		select {
		case <-c.closed:
			return net.ErrClosed
		case <-time.After(wait):
			wait = 10 * time.Millisecond
		}
	}
	return nil
}

func (c *airConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if gone := c.pass(0); gone != nil {
		return 0, gone
	}
	return n, err
}

func (c *airConn) Write(p []byte) (written int, err error) {
	for len(p) > 0 {
		piece := p[:min(len(p), 8<<10)]
		if err := c.pass(len(piece)); err != nil {
			return written, err
		}
		n, err := c.Conn.Write(piece)
		written += n
		if err != nil {
			return written, err
		}
		p = p[n:]
	}
	return written, nil
}

// shade is a Shrink whose pictures differ as those that they are made of do.
func shade(picture []byte, width, quality int) ([]byte, error) {
	full, err := jpeg.DecodeConfig(bytes.NewReader(picture))
	if err != nil {
		return nil, err
	}
	small := image.NewGray(image.Rect(0, 0, width, width*full.Height/full.Width))
	draw.Draw(small, small.Rect, image.NewUniform(color.Gray{Y: byte(crc32.ChecksumIEEE(picture))}), image.Point{}, draw.Src)
	var b bytes.Buffer
	err = jpeg.Encode(&b, small, nil)
	return b.Bytes(), err
}

func (th *theatre) complain(fault string) {
	th.mu.Lock()
	defer th.mu.Unlock()
	th.faults = append(th.faults, fault)
}

func (th *theatre) run(t *testing.T, actions ...chromedp.Action) {
	t.Helper()
	if err := chromedp.Run(th.tab, actions...); err != nil {
		t.Fatal(err)
	}
}

// holds waits until an expression is true in the page.
func holds(t *testing.T, tab context.Context, expression string) {
	t.Helper()
	var holds bool
	var err error
	for deadline := time.Now().Add(2 * patience); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if err = chromedp.Run(tab, chromedp.Evaluate(expression, &holds)); err == nil && holds {
			return
		}
	}
	var text string
	chromedp.Run(tab, chromedp.Evaluate(`document.body.dataset.state + ": " + document.body.innerText`, &text))
	t.Fatalf("waited in vain for %s, %v; the page says %q", expression, err, text)
}

func says(t *testing.T, tab context.Context, id, text string) {
	t.Helper()
	holds(t, tab, fmt.Sprintf(`!document.getElementById(%q).hidden && document.getElementById(%[1]q).textContent.includes(%q)`, id, text))
}

// moves waits until the picture has changed twice.
func moves(t *testing.T, tab context.Context) {
	t.Helper()
	holds(t, tab, `(() => {
		const canvas = document.getElementById("picture");
		if (canvas.hidden) return false;
		const small = new OffscreenCanvas(64, 36).getContext("2d");
		small.drawImage(canvas, 0, 0, 64, 36);
		window.seen ??= new Set();
		window.seen.add(small.getImageData(0, 0, 64, 36).data.join());
		return window.seen.size >= 3;
	})()`)
	if err := chromedp.Run(tab, chromedp.Evaluate(`delete window.seen`, nil)); err != nil {
		t.Fatal(err)
	}
}

func (th *theatre) open(t *testing.T) {
	t.Helper()
	th.run(t, chromedp.Navigate(th.url+"/"))
	says(t, th.tab, "state", "Live")
	moves(t, th.tab)
}

// again serves once more at the same address, after stop.
func (th *theatre) again(t *testing.T) {
	t.Helper()
	listener, err := reach.Listen(t.Context(), strings.TrimPrefix(th.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- th.server.Serve(ctx, listener) }()
	stop := sync.OnceFunc(func() { cancel(); <-served })
	th.stop = stop
	t.Cleanup(stop)
}

// keep writes a picture of the page where a person can look at it, if one asked for that.
func (th *theatre) keep(t *testing.T, name string) {
	t.Helper()
	dir := os.Getenv("FANLIGHT_SCREENSHOTS")
	if dir == "" {
		return
	}
	var shot []byte
	th.run(t, chromedp.CaptureScreenshot(&shot))
	if err := os.WriteFile(filepath.Join(dir, name+".png"), shot, 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestPageShowsMovingPicturesWithoutAFault(t *testing.T) {
	th := openTheatre(t, 10)
	th.open(t)
	says(t, th.tab, "mode", "1280×720 · ")
	says(t, th.tab, "viewers", "1 viewer")
	holds(t, th.tab, `document.title === "Bench on here"`)
	var first, second []byte
	th.run(t, chromedp.Screenshot("#picture", &first))
	for deadline := time.Now().Add(patience); ; {
		th.run(t, chromedp.Screenshot("#picture", &second))
		if !bytes.Equal(first, second) {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("all screenshots are the same")
		}
	}
	for name, size := range map[string][2]int64{"desktop": {1280, 800}, "phone": {390, 844}, "lying": {844, 390}} {
		for _, scheme := range []string{"light", "dark"} {
			th.run(t, chromedp.EmulateViewport(size[0], size[1]),
				emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}))
			moves(t, th.tab)
			holds(t, th.tab, `document.documentElement.scrollWidth <= innerWidth && document.documentElement.scrollHeight <= innerHeight`)
			th.keep(t, name+"-"+scheme)
		}
	}
	for _, full := range []string{"true", "false"} {
		th.run(t, chromedp.KeyEvent("f"))
		holds(t, th.tab, `(document.fullscreenElement !== null) === `+full)
		moves(t, th.tab)
	}
	th.mu.Lock()
	defer th.mu.Unlock()
	if len(th.faults) > 0 {
		t.Errorf("the browser complains: %q", th.faults)
	}
}

func TestPageSavesASnapshotByButtonAndByKey(t *testing.T) {
	th := openTheatre(t, 10)
	names := make(chan string, 10)
	chromedp.ListenTarget(th.tab, func(event any) {
		if begin, ok := event.(*browser.EventDownloadWillBegin); ok {
			names <- begin.SuggestedFilename
		}
	})
	th.run(t, browser.SetDownloadBehavior(browser.SetDownloadBehaviorBehaviorAllow).WithDownloadPath(t.TempDir()).WithEventsEnabled(true))
	th.open(t)
	for how, press := range map[string]chromedp.Action{"button": chromedp.Click("#snapshot"), "key": chromedp.KeyEvent("s")} {
		th.run(t, press)
		select {
		case name := <-names:
			taken, err := time.ParseInLocation("Tür-Kamera- 2 2006-01-02 15.04.05.jpg", name, time.Local)
			if age := time.Since(taken); err != nil || age < -time.Second || age > 2*patience {
				t.Errorf("%s: saved as %q, %v", how, name, err)
			}
		case <-time.After(patience):
			t.Errorf("%s: nothing is saved", how)
		}
	}
	moves(t, th.tab) // and the page stays
}

func TestPageSaysThatSharingHasEndedAndHeals(t *testing.T) {
	th := openTheatre(t, 10)
	th.open(t)
	for range 2 {
		th.stop()
		says(t, th.tab, "state", "Sharing has ended")
		says(t, th.tab, "detail", "reconnects when sharing begins again")
		holds(t, th.tab, `document.getElementById("viewers").hidden && document.getElementById("mode").hidden`)
		th.keep(t, "ended")
		th.again(t)
		says(t, th.tab, "state", "Live")
		moves(t, th.tab)
		holds(t, th.tab, `document.getElementById("notice").hidden`)
	}
}

func TestPageOutlivesTheNetwork(t *testing.T) {
	th := openTheatre(t, 10)
	th.open(t)
	th.air.away.Store(true)
	says(t, th.tab, "state", "Not reachable")
	th.keep(t, "gone")
	th.air.away.Store(false)
	says(t, th.tab, "state", "Live")
	moves(t, th.tab)
}

func TestPageTellsWhyItIsRefused(t *testing.T) {
	th := openTheatre(t, 10)
	th.stream.SetMaxViewers(1)
	other := th.get(t, "GET", "/stream.mjpg")
	th.run(t, chromedp.Navigate(th.url+"/"))
	says(t, th.tab, "state", "No picture")
	says(t, th.tab, "detail", "The only place is taken.")
	th.keep(t, "refused")
	other.Body.Close()
	says(t, th.tab, "state", "Live")
	moves(t, th.tab)
}

func TestPageSaysThatItIsKeptOut(t *testing.T) {
	th := openTheatre(t, 10)
	th.open(t)
	watching := th.stream.Watching()
	if len(watching) != 1 || !th.stream.KeepOut(watching[0].ID) {
		t.Fatalf("kept nobody out of %v", watching)
	}
	says(t, th.tab, "state", "No picture")
	says(t, th.tab, "detail", "The owner has blocked your address.")
	th.stream.Admit(watching[0].Address)
	says(t, th.tab, "state", "Live")
	moves(t, th.tab)
}

func TestPageAsksForThePasscodeWhenOneIsSet(t *testing.T) {
	th := openTheatre(t, 10)
	th.open(t)
	th.server.SetPasscode("open sesame")
	holds(t, th.tab, `document.querySelector("form input[name=passcode]") !== null`)
}

func TestPageSaysThatTheCameraIsLostOrUnplugged(t *testing.T) {
	th := openTheatre(t, 10)
	th.open(t)
	for words, why := range map[string]error{
		"Camera lost: the lens is dirty":   errors.New("the lens is dirty"),
		"Camera unplugged, waiting for it": fmt.Errorf("film is unplugged: %w", streaming.ErrUnplugged),
	} {
		th.fail.Store(&why)
		says(t, th.tab, "state", words)
		th.keep(t, "lost")
		th.fail.Store(nil)
		says(t, th.tab, "state", "Live")
		moves(t, th.tab)
	}
}

func TestHiddenPageLetsGo(t *testing.T) {
	th := openTheatre(t, 10)
	th.open(t)
	for range 2 {
		th.run(t, chromedp.Evaluate(`Object.defineProperty(document, "hidden", { value: true, configurable: true });
			document.dispatchEvent(new Event("visibilitychange"))`, nil))
		eventually(t, "the viewer to leave", func() bool { return th.stream.Viewers() == 0 })
		th.run(t, chromedp.Evaluate(`Object.defineProperty(document, "hidden", { value: false, configurable: true });
			document.dispatchEvent(new Event("visibilitychange"))`, nil))
		eventually(t, "the viewer to come back", func() bool { return th.stream.Viewers() == 1 })
		says(t, th.tab, "state", "Live")
		moves(t, th.tab)
	}
}

func TestPageWithoutScriptsShowsThePicture(t *testing.T) {
	th := openTheatre(t, 2)
	th.run(t, emulation.SetScriptExecutionDisabled(true), chromedp.Navigate(th.url+"/"))
	eventually(t, "the viewer", func() bool { return th.stream.Viewers() == 1 })
	seen := map[string]bool{}
	for deadline := time.Now().Add(2 * patience); len(seen) < 3; time.Sleep(50 * time.Millisecond) { // one may be without a picture
		var shot []byte
		th.run(t, chromedp.CaptureScreenshot(&shot))
		seen[string(shot)] = true
		if time.Now().After(deadline) {
			th.keep(t, "without-scripts")
			t.Fatalf("%d different screenshots", len(seen))
		}
	}
	th.keep(t, "without-scripts")
}

func TestPageAsksForSmallerPicturesOnASlowLink(t *testing.T) {
	th := openTheatre(t, 20) // 1.7 MB a second
	th.open(t)
	th.air.rate.Store(300e3)
	says(t, th.tab, "thin", "Slow connection: smaller picture")
	holds(t, th.tab, `document.getElementById("picture").width <= 640`)
	says(t, th.tab, "state", "Live")
	moves(t, th.tab)
	th.keep(t, "slow")
	th.air.rate.Store(0)
	th.run(t, chromedp.Click("#full"))
	holds(t, th.tab, `document.getElementById("picture").width === 1280 && document.getElementById("thin").hidden`)
	moves(t, th.tab)
}

func TestEightWindowsOfOneBrowserAllMove(t *testing.T) {
	th := openTheatre(t, 3)
	tabs := []context.Context{th.tab}
	for range 7 {
		var id target.ID
		th.run(t, chromedp.ActionFunc(func(ctx context.Context) (err error) {
			chrome := chromedp.FromContext(ctx).Browser
			id, err = target.CreateTarget("about:blank").WithNewWindow(true).Do(cdp.WithExecutor(ctx, chrome))
			return err
		}))
		tab, cancel := chromedp.NewContext(th.tab, chromedp.WithTargetID(id))
		t.Cleanup(cancel)
		tabs = append(tabs, tab)
	}
	for _, tab := range tabs {
		holds(t, tab, "!document.hidden")
	}
	var opening sync.WaitGroup
	for _, tab := range tabs { // at once, as when a browser restores its windows
		opening.Go(func() {
			if err := chromedp.Run(tab, chromedp.Navigate(th.url+"/")); err != nil {
				t.Error(err)
			}
		})
	}
	opening.Wait()
	for _, tab := range tabs {
		says(t, tab, "state", "Live")
		moves(t, tab)
	}
	eventually(t, "four streams", func() bool { return th.stream.Viewers() == 4 })
	waiting := 0
	for _, tab := range tabs {
		var mode string
		if err := chromedp.Run(tab, chromedp.TextContent("#mode", &mode)); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(mode, "open in many windows") {
			waiting++
		}
	}
	if waiting != 4 {
		t.Errorf("%d windows say that they are too many, want 4", waiting)
	}
	// One that streams closes, and another takes its place.
	th.run(t, chromedp.Navigate("about:blank"))
	eventually(t, "the place to be taken", func() bool { return th.stream.Viewers() == 4 })
	for _, tab := range tabs[1:] {
		moves(t, tab)
	}
}
