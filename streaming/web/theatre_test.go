package web

import (
	"bytes"
	"context"
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

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
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

// theatre is a house whose page is open in a browser.
type theatre struct {
	*house
	tab    context.Context
	air    *air
	reel   *slideReel // if there is a past; see openReel
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

// air is a link between the server and its viewers that can be slow or down. While it is
// down no bytes pass, and connections stay open.
type air struct {
	net.Listener
	away atomic.Bool
	rate atomic.Int64 // bytes/s to each viewer; zero means no limit
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

// shade is a Shrink whose pictures differ if the originals do.
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

// again serves at the same address after stop.
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

// keep writes a picture of the page to a folder if the environment names one.
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
