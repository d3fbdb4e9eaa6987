package web

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"fanlight/drivers/process/processtest"
	"fanlight/streaming/reach/reachtest"

	"github.com/chromedp/chromedp"
)

// nginx starts nginx in front of a house, at an address of the network where this machine
// has one. It passes /webcam/ on as the location says. It returns the address without a path.
func nginx(t *testing.T, h *house, location string) string {
	t.Helper()
	need(t, "/usr/sbin/nginx", "nginx-light")
	at := net.JoinHostPort(strings.TrimSuffix(ownAddress(t), ":0"), strconv.Itoa(reachtest.Port(t)))
	configuration := fmt.Sprintf(`
events { worker_connections 64; }
http {
  access_log off;
  upstream mjpgstreamer1 { server %s; }
  server { listen %s; location /webcam/ { %s } }
}`, strings.TrimPrefix(h.url, "http://"), at, location)
	runNginx(t, configuration, func(run *exec.Cmd) error { return run.Start() }, func() (net.Conn, error) { return net.Dial("tcp", at) })
	return "http://" + at
}

// runNginx runs nginx with a configuration, which keeps its files in a folder of the test's,
// until the test ends. It returns when nginx can be dialled.
func runNginx(t *testing.T, configuration string, start func(*exec.Cmd) error, dial func() (net.Conn, error)) {
	t.Helper()
	dir := t.TempDir()
	temporary := "http {"
	for _, kind := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		temporary += " " + kind + "_temp_path " + dir + ";"
	}
	whole := fmt.Sprintf("daemon off; pid %s/pid; %s", dir, strings.Replace(configuration, "http {", temporary, 1))
	if os.Getuid() == 0 {
		whole = "user root; " + whole
	}
	file := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(file, []byte(whole), 0o600); err != nil {
		t.Fatal(err)
	}
	run := processtest.Command(t, 10*patience, "/usr/sbin/nginx", "-p", dir, "-c", file, "-e", "stderr")
	var out bytes.Buffer
	run.Stdout, run.Stderr = &out, &out
	if err := start(run); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		run.Process.Signal(os.Interrupt)
		run.Wait()
	})
	eventually(t, "nginx to listen", func() bool {
		conn, err := dial()
		if err == nil {
			conn.Close()
		}
		return err == nil
	})
}

// The ways in which people's nginx passes a camera on: as MainsailOS and KIAUH do it, as the
// manual of proxy_pass has it, and with the browser's host in one header or the other.
var nginxLocations = map[string]string{
	"Mainsail":       "proxy_pass http://mjpgstreamer1/;",
	"HTTP/1.1":       "proxy_pass http://mjpgstreamer1/; proxy_http_version 1.1;",
	"host":           "proxy_pass http://mjpgstreamer1/; proxy_set_header Host $host;",
	"host and port":  "proxy_pass http://mjpgstreamer1/; proxy_set_header Host $http_host; proxy_http_version 1.1;",
	"forwarded host": "proxy_pass http://mjpgstreamer1/; proxy_set_header X-Forwarded-Host $http_host; proxy_http_version 1.1;",
}

// TestBehindNginx goes through the form in Chromium, and reads the stream, below a path of
// nginx's.
func TestBehindNginx(t *testing.T) {
	tab := chromium(t)
	for name, location := range nginxLocations {
		t.Run(name, func(t *testing.T) {
			h := serveWith(t, Options{Passcode: "open sesame"}, StreamOptions{}, nil)
			at := nginx(t, h, location) + "/webcam/"
			address := ""
			if err := chromedp.Run(tab,
				chromedp.Navigate(at),
				chromedp.SendKeys("#passcode", "open sesame\r"),
				chromedp.WaitReady("#picture"), // the next page is there
				chromedp.Poll(`document.body.dataset.state === "live"`, nil, chromedp.WithPollingTimeout(patience)),
				chromedp.Location(&address),
			); err != nil || address != at {
				t.Fatalf("at %s: %v", address, err)
			}
			withPasscode, err := url.Parse(at)
			if err != nil {
				t.Fatal(err)
			}
			withPasscode.User = url.UserPassword("", "open sesame")
			for path, want := range map[string]string{"?action=snapshot&cacheBust=1": "image/jpeg", "/?action=stream": "multipart/", "api/status": "application/json"} {
				response, err := http.Get(withPasscode.String() + path)
				if err != nil {
					t.Fatal(err)
				}
				begin, err := io.ReadAll(io.LimitReader(response.Body, 100))
				response.Body.Close()
				if response.StatusCode != 200 || !strings.HasPrefix(response.Header.Get("Content-Type"), want) || err != nil {
					t.Errorf("%s: %s %v %s %v", path, response.Status, response.Header, strconv.Quote(string(begin)), err)
				}
			}
		})
	}
}
