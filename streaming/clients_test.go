package streaming

import (
	"context"
	"net"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"fanlight/assets"

	"github.com/chromedp/chromedp"
)

// need fails where a program is missing that `make test` installs with Debian's packages.
func need(t *testing.T, program, packages string) {
	t.Helper()
	if testing.Short() {
		t.Skip("runs real clients: not in the short tests")
	}
	if _, err := exec.LookPath(program); err != nil {
		t.Fatalf("%v; it is in Debian's %s, which `make setup-test` installs", err, packages)
	}
}

// said runs a program and returns what it says.
func said(t *testing.T, program string, args ...string) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	out, err := exec.CommandContext(ctx, program, args...).CombinedOutput()
	return string(out), err
}

func TestCurlWithThePasscode(t *testing.T) {
	need(t, "curl", "curl")
	h := serveWith(t, Options{Passcode: "open sesame"}, nil)
	_, withKey := h.server.Link(tcpAddr(t, h.url))
	jar := filepath.Join(t.TempDir(), "cookies")
	status := func(args ...string) string {
		out, _ := said(t, "curl", append([]string{"-s", "-o", filepath.Join(t.TempDir(), "out"), "-w", "%{http_code}"}, args...)...)
		return out
	}
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{h.url + "/snapshot.jpg"}, "401"},
		{[]string{"-u", "me:wrong", h.url + "/snapshot.jpg"}, "401"},
		{[]string{"-u", "me:open sesame", h.url + "/snapshot.jpg"}, "200"},
		{[]string{"--anyauth", "-u", ":open sesame", h.url + "/snapshot.jpg"}, "200"}, // asks first what is wanted
		{[]string{strings.Replace(withKey, "/?", "/snapshot.jpg?", 1)}, "200"},
		{[]string{"-L", "-c", jar, withKey}, "200"},
		{[]string{"-b", jar, h.url + "/snapshot.jpg"}, "200"},
		{[]string{"-c", jar, "--data-urlencode", "passcode=open sesame", h.url + "/passcode"}, "303"},
		{[]string{"-b", jar, h.url + "/snapshot.jpg"}, "200"},
	} {
		if got := status(test.args...); got != test.want {
			t.Errorf("curl %v: %s, want %s", test.args, got, test.want)
		}
	}
}

func TestFFmpegWithThePasscodeAndOverHTTPS(t *testing.T) {
	need(t, "ffmpeg", "ffmpeg")
	plain := serveWith(t, Options{Passcode: "open sesame"}, nil)
	locked, _ := secured(t, Options{Passcode: "open sesame"})
	for _, h := range []*house{plain, locked} {
		large := assets.Emulated()[0]
		h.bench.picture.Store(&large)
		scheme, hostPort, _ := strings.Cut(h.url, "://")
		record := func(user string) (string, error) { // ffmpeg trusts any certificate unless told otherwise
			return said(t, "ffmpeg", "-v", "error", "-i", scheme+"://"+user+hostPort+"/stream.mjpg", "-frames:v", "5", "-f", "null", "-")
		}
		if out, err := record("me:open%20sesame@"); err != nil {
			t.Errorf("%s: %v: %s", scheme, err, out)
		}
		if out, err := record(""); err == nil || !strings.Contains(out, "401") {
			t.Errorf("%s without the passcode: %v: %s", scheme, err, out)
		}
	}
}

// chromium is headless Chromium.
func chromium(t *testing.T) context.Context {
	t.Helper()
	need(t, "chromium", "chromium")
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath("chromium"),
		chromedp.NoSandbox, // the tests run as root
		chromedp.WSURLReadTimeout(patience),
	)
	ctx, cancel := context.WithTimeout(t.Context(), 6*patience)
	t.Cleanup(cancel)
	ctx, cancelAllocator := chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancelAllocator)
	ctx, cancelTab := chromedp.NewContext(ctx)
	t.Cleanup(cancelTab)
	t.Cleanup(func() { chromedp.Cancel(ctx) }) // waits for its end
	return ctx
}

// TestPasscodePageInChromium goes through the form as a person does, at an
// address of the network where this machine has one: browsers send other headers
// to other machines than to their own.
func TestPasscodePageInChromium(t *testing.T) {
	url := ""
	h := serveWith(t, Options{Passcode: "open sesame"}, func(_ *Server, loopback net.Listener) net.Listener {
		loopback.Close()
		listener, err := Listen(t.Context(), net.JoinHostPort(ownAddress().String(), "0"))
		if err != nil {
			t.Fatal(err)
		}
		url = "http://" + listener.Addr().String()
		return listener
	})
	h.url = url
	large := assets.Emulated()[0]
	h.bench.picture.Store(&large)
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
	watching := h.server.Watching()
	if len(watching) != 1 || watching[0].Program != "Headless Chrome on Linux" {
		t.Errorf("%+v", watching)
	}
	h.server.SetPasscode("another one")
	_, withKey := h.server.Link(tcpAddr(t, h.url))
	if err := chromedp.Run(tab,
		chromedp.Navigate(h.url+"/"),
		chromedp.WaitVisible("#passcode"),
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
