package web

import (
	"context"
	"net"
	"strconv"
	"strings"
	"testing"

	"fanlight/assets"
	"fanlight/streaming/reach"
	"fanlight/streaming/web/browsertest"

	"github.com/chromedp/chromedp"
)

// chromium is headless Chromium.
func chromium(t *testing.T) context.Context {
	t.Helper()
	need(t, "chromium", "chromium")
	return browsertest.Chromium(t, 6*patience, chromedp.Flag("host-resolver-rules", "MAP "+publicName+" 127.0.0.1"))
}

// TestPasscodePageInChromium goes through the form as a person does, at an
// address of the network where this machine has one: browsers send other headers
// to other machines than to their own.
func TestPasscodePageInChromium(t *testing.T) {
	url := ""
	h := serveWith(t, Options{Passcode: "open sesame"}, StreamOptions{}, func(_ *house, loopback net.Listener) net.Listener {
		loopback.Close()
		listener, err := reach.Listen(t.Context(), ownAddress(t))
		if err != nil {
			t.Fatal(err)
		}
		url = "http://" + listener.Addr().String()
		return listener
	})
	h.url = url
	large := assets.Emulated()[0]
	h.bench.Picture.Store(&large)
	tab := chromium(t)
	address := ""
	wrong, shows := "", `document.querySelector("#picture")?.width === 1280`
	if err := chromedp.Run(tab,
		chromedp.Navigate(h.url+"/"),
		chromedp.SendKeys("#passcode", "close sesame\r"),
		chromedp.Text("#wrong", &wrong),
		chromedp.SendKeys("#passcode", "open sesame\r"),
		chromedp.WaitReady("#picture"), // the next page is there
		chromedp.Poll(shows, nil, chromedp.WithPollingTimeout(patience)),
		chromedp.Location(&address),
	); err != nil {
		t.Fatalf("at %q, told %q: %v", address, wrong, err)
	}
	if !strings.Contains(wrong, "That is not the passcode") || address != h.url+"/" {
		t.Errorf("told %q, ends at %q", wrong, address)
	}
	watching := h.stream.Watching()
	if len(watching) != 1 || watching[0].Program != "Headless Chrome on Linux" {
		t.Errorf("%+v", watching)
	}
	h.server.SetPasscode("another one")
	withKey := h.withKey()
	if err := chromedp.Run(tab,
		chromedp.WaitVisible("#passcode"), // to which the page goes by itself
		chromedp.Navigate(withKey),
		chromedp.WaitReady("#picture"), // the next page is there
		chromedp.Poll(shows, nil, chromedp.WithPollingTimeout(patience)),
		chromedp.Location(&address),
	); err != nil {
		t.Fatalf("at %q: %v", address, err)
	}
	if address != h.url+"/" {
		t.Errorf("the key stays in the address bar: %s", strconv.Quote(address))
	}
}
