package web

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fanlight/drivers/process/processtest"
)

// firefox is headless Firefox, driven over Marionette: its own WebDriver protocol,
// for Debian has no geckodriver (firefox-source-docs.mozilla.org/testing/marionette/Protocol.html).
type firefox struct {
	conn net.Conn
	in   *bufio.Reader
	sent int // commands
}

// firefoxPreferences keep Firefox from the network, and let it choose a port.
const firefoxPreferences = `
user_pref("marionette.port", 0);
user_pref("intl.accept_languages", "en");
user_pref("app.update.enabled", false);
user_pref("browser.safebrowsing.downloads.enabled", false);
user_pref("browser.safebrowsing.malware.enabled", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("extensions.blocklist.enabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("network.dns.localDomains", "` + publicName + `");
user_pref("services.settings.server", "data:,");
user_pref("toolkit.telemetry.enabled", false);
`

// startFirefox starts Firefox, and ends it with the test.
func startFirefox(t *testing.T) *firefox {
	t.Helper()
	return startFirefoxAt(t, here{})
}

// computer is where a browser runs.
type computer interface {
	start(t *testing.T, command *exec.Cmd)
	dial(t *testing.T, address string) net.Conn
}

// here is this computer.
type here struct{}

func (here) start(t *testing.T, command *exec.Cmd) {
	t.Helper()
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
}

func (here) dial(t *testing.T, address string) net.Conn {
	t.Helper()
	conn, err := net.DialTimeout("tcp", address, patience)
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

func startFirefoxAt(t *testing.T, at computer) *firefox {
	t.Helper()
	need(t, "firefox-esr", "firefox-esr")
	profile := t.TempDir()
	if err := os.WriteFile(filepath.Join(profile, "user.js"), []byte(firefoxPreferences), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	run := exec.CommandContext(ctx, "firefox-esr", "--headless", "--no-remote", "--marionette", "--profile", profile, "about:blank")
	run.Env = append(os.Environ(), "HOME="+profile, "MOZ_CRASHREPORTER_DISABLE=1")
	run.WaitDelay = patience
	var out bytes.Buffer
	run.Stdout, run.Stderr = &out, &out
	processtest.EndWith(t, run)
	at.start(t, run)
	ended := make(chan error, 1)
	go func() { ended <- run.Wait() }() // and for that of its own processes: they write to the same place
	f := &firefox{}
	t.Cleanup(func() {
		defer cancel()
		quit := errors.New("it was never reached")
		if f.conn != nil {
			_, quit = f.ask("Marionette:Quit", map[string]any{"flags": []string{"eForceQuit"}})
			f.conn.Close()
		}
		if quit != nil {
			cancel()
		}
		select {
		case <-time.After(patience):
			cancel()
			t.Errorf("Firefox does not end: %v", <-ended)
		case err := <-ended:
			if quit != nil || err != nil {
				t.Errorf("Firefox ended with %v, %v: %s", quit, err, tail(out.String()))
			}
		}
	})
	port := ""
	eventually(t, "Firefox to listen", func() bool {
		b, err := os.ReadFile(filepath.Join(profile, "MarionetteActivePort"))
		port = strings.TrimSpace(string(b))
		return err == nil && port != ""
	})
	f.conn = at.dial(t, "127.0.0.1:"+port)
	f.in = bufio.NewReader(f.conn)
	if hello, err := f.receive(); err != nil || !strings.Contains(string(hello), `"marionetteProtocol":3`) {
		t.Fatalf("%s, %v", hello, err)
	}
	// The load of a page with a stream in it never ends.
	f.do(t, "WebDriver:NewSession", map[string]any{"pageLoadStrategy": "none"})
	return f
}

// receive reads a message: its length, a colon, and so many bytes of JSON.
func (f *firefox) receive() ([]byte, error) {
	if err := f.conn.SetReadDeadline(time.Now().Add(patience)); err != nil {
		return nil, err
	}
	var length int
	if _, err := fmt.Fscanf(f.in, "%d:", &length); err != nil {
		return nil, err
	}
	message := make([]byte, length)
	_, err := io.ReadFull(f.in, message)
	return message, err
}

// ask sends a command and returns the value of its answer.
func (f *firefox) ask(command string, params map[string]any) (json.RawMessage, error) {
	f.sent++
	message, err := json.Marshal([]any{0, f.sent, command, params})
	if err != nil {
		return nil, err
	}
	if _, err := fmt.Fprintf(f.conn, "%d:%s", len(message), message); err != nil {
		return nil, err
	}
	b, err := f.receive()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", command, err)
	}
	var answer [4]json.RawMessage // its kind, the command's number, an error, a result
	if err := json.Unmarshal(b, &answer); err != nil {
		return nil, fmt.Errorf("%s: %w: %.200s", command, err, b)
	}
	if string(answer[2]) != "null" {
		return nil, fmt.Errorf("%s: %.500s", command, answer[2])
	}
	var result struct{ Value json.RawMessage }
	if err := json.Unmarshal(answer[3], &result); err != nil {
		return nil, fmt.Errorf("%s: %w: %.200s", command, err, answer[3])
	}
	return result.Value, nil
}

func (f *firefox) do(t *testing.T, command string, params map[string]any) {
	t.Helper()
	if _, err := f.ask(command, params); err != nil {
		t.Fatal(err)
	}
}

func (f *firefox) visit(url string) error {
	_, err := f.ask("WebDriver:Navigate", map[string]any{"url": url})
	return err
}

// find returns the ID of the element that a selector finds.
func (f *firefox) find(selector string) (string, error) {
	found, err := f.ask("WebDriver:FindElement", map[string]any{"using": "css selector", "value": selector})
	if err != nil {
		return "", err
	}
	var element map[string]string // under a key that the WebDriver standard made up
	if err := json.Unmarshal(found, &element); err != nil {
		return "", err
	}
	for _, id := range element {
		return id, nil
	}
	return "", fmt.Errorf("no element: %s", found)
}

// shot is what the element that a selector finds looks like, as PNG.
func (f *firefox) shot(selector string) (png []byte, err error) {
	id, err := f.find(selector)
	if err != nil {
		return nil, err
	}
	value, err := f.ask("WebDriver:TakeScreenshot", map[string]any{"id": id, "full": false})
	if err != nil {
		return nil, err
	}
	err = json.Unmarshal(value, &png) // base64
	return png, err
}
