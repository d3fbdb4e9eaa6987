package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// webBrowser shows pages.
type webBrowser interface {
	visit(url string) error
	shot(selector string) (png []byte, err error) // of one element of the page
}

// chrome is a tab of Chromium.
type chrome struct{ tab context.Context }

func (c chrome) visit(url string) error {
	// It does not wait for the load, which never ends with a stream in the page.
	return chromedp.Run(c.tab, chromedp.ActionFunc(func(ctx context.Context) error {
		_, _, failed, _, err := cdppage.Navigate(url).Do(ctx)
		if failed != "" {
			err = errors.New(failed)
		}
		return err
	}))
}

func (c chrome) shot(selector string) (png []byte, err error) {
	ctx, cancel := context.WithTimeout(c.tab, patience)
	defer cancel()
	err = chromedp.Run(ctx, chromedp.Screenshot(selector, &png, chromedp.ByQuery))
	return png, err
}

func TestChromiumShowsTheNewestPicture(t *testing.T) {
	showsTheNewest(t, chrome{chromium(t)})
}

func TestFirefoxShowsTheNewestPicture(t *testing.T) {
	showsTheNewest(t, startFirefox(t))
}

// showsTheNewest has a camera that pauses after each picture. The client must show that
// picture without a later one following it (Chromium bug 527446), and no older one after
// it.
func showsTheNewest(t *testing.T, b webBrowser) {
	for _, way := range []struct {
		name, selector string
		passcode       string
		url            func(t *testing.T, h *house) string
	}{
		{name: "the page", selector: "#picture", url: func(_ *testing.T, h *house) string { return h.url + "/" }},
		{name: "the page behind a passcode", selector: "#picture", passcode: "open sesame", url: func(t *testing.T, h *house) string {
			withKey := h.withKey()
			return withKey
		}},
		{name: "the stream by itself", selector: "img", url: func(_ *testing.T, h *house) string { return h.url + "/stream.mjpg" }},
		{name: "OctoPrint's page", selector: "#webcam_image", url: octoPrintPage},
	} {
		t.Run(way.name, func(t *testing.T) {
			due := make(chan time.Time)
			h := serveWith(t, Options{Passcode: way.passcode}, StreamOptions{}, nil)
			h.feed.Use(projector(due))
			if err := b.visit(way.url(t, h)); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { b.visit("about:blank") })
			last := 0
			for n := 1; n <= 4; n++ {
				if n > 1 {
					due <- time.Now()
				}
				waitForSlide(t, b, way.selector, &last, n)
			}
			if h.stream.Viewers() != 1 {
				t.Errorf("%d viewers", h.stream.Viewers())
			}
		})
	}
}

// waitForSlide waits until slide n is shown. What is shown meanwhile must not be
// older than the last one that was.
func waitForSlide(t *testing.T, b webBrowser, selector string, last *int, n int) {
	t.Helper()
	shown, err := 0, error(nil)
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		var png []byte
		if png, err = b.shot(selector); err != nil {
			continue // the page is not there yet
		}
		var picture image.Image
		if picture, _, err = image.Decode(bytes.NewReader(png)); err != nil {
			t.Fatal(err)
		}
		if shown, err = slideNumber(picture); err != nil {
			continue // neither is the picture
		}
		if shown < *last {
			t.Fatalf("slide %d is shown after %d", shown, *last)
		}
		if *last = shown; shown == n {
			return
		}
	}
	t.Fatalf("slide %d is shown, want %d: %v", shown, n, err)
}

// octoPrintPage is a page at another place that shows the stream as OctoPrint's
// does (src/octoprint/plugins/classicwebcam/static/js/classicwebcam.js,
// _switchToMjpgWebcam, at commit 0dbe7eff, with its cache buster on).
func octoPrintPage(t *testing.T, h *house) string {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, `<img id="webcam_image" src="%s/?action=stream&amp;%d">`, h.url, time.Now().UnixMilli())
	}))
	t.Cleanup(server.Close)
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return "http://localhost:" + port + "/" // another site than 127.0.0.1
}
