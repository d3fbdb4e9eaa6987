package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"fanlight/assets"

	"github.com/rogpeppe/go-internal/testscript"
)

// patience bounds waits for what happens soon on any machine.
const patience = time.Minute

// client gives up on a server that does not answer.
var client = &http.Client{Timeout: patience}

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	testscript.Main(m, map[string]func(){"fanlight": main})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:      "testdata/script",
		Deadline: time.Now().Add(5 * patience),
		Setup: func(env *testscript.Env) error {
			env.Setenv("HOME", env.WorkDir)
			env.Setenv("NEWLINE", "\n")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"usage": usage},
	})
}

// usage PATTERN COMMAND... runs a command that must end with status 2, nothing
// on standard output, and one line on standard error that matches.
func usage(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: usage PATTERN COMMAND...")
	}
	err := ts.Exec(args[1], args[2:]...)
	exit, ok := err.(*exec.ExitError)
	if !ok || exit.ExitCode() != exitUsage {
		ts.Fatalf("ended with %v, want status %d", err, exitUsage)
	}
	said := strings.TrimSuffix(ts.ReadFile("stderr"), "\n")
	if strings.Contains(said, "\n") || !strings.HasPrefix(said, "fanlight: ") || ts.ReadFile("stdout") != "" {
		ts.Fatalf("want one line on standard error alone, got\n%s", said)
	}
	if !regexp.MustCompile(args[0]).MatchString(said) {
		ts.Fatalf("said %q, want it to match %q", said, args[0])
	}
}

// headless is the program, serving.
type headless struct {
	link     string // ends with a slash
	ownerKey string
	stderr   *strings.Builder
	stop     func() int // as SIGTERM does; returns the exit status
}

// startHeadless runs the program with the arguments on a free port of the
// loopback interface.
func startHeadless(t *testing.T, args ...string) *headless {
	t.Helper()
	if os.Getenv("XDG_CONFIG_HOME") == "" || !strings.HasPrefix(os.Getenv("XDG_CONFIG_HOME"), os.TempDir()) {
		t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	}
	ctx, cancel := context.WithCancel(t.Context())
	out, in := io.Pipe()
	h := &headless{stderr: &strings.Builder{}}
	ended := make(chan int, 1)
	go func() {
		code := run(ctx, append([]string{"--headless", "--listen", "127.0.0.1:0"}, args...), in, h.stderr, windowing{})
		in.Close()
		ended <- code
	}()
	h.stop = func() (code int) {
		cancel()
		within(t, "the program to end", func() { code = <-ended })
		ended <- code
		return code
	}
	t.Cleanup(func() {
		h.stop()
		http.DefaultClient.CloseIdleConnections()
	})
	line := firstLine(t, out)
	_, link, ok := strings.Cut(strings.TrimSpace(line), " at ")
	if !strings.HasPrefix(line, "Sharing ") || !ok {
		t.Fatalf("the first line is %q; %s", line, h.stderr)
	}
	h.link, h.ownerKey = link, readOwnerKey(t)
	return h
}

// firstLine waits for a line of the program's, which is empty if it ends before.
func firstLine(t *testing.T, out io.Reader) (line string) {
	t.Helper()
	within(t, "the program's first line", func() { line, _ = bufio.NewReader(out).ReadString('\n') })
	return line
}

func (h *headless) get(t *testing.T, path string) *http.Response {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return h.getFor(t, ctx, path)
}

func (h *headless) getFor(t *testing.T, ctx context.Context, path string) *http.Response {
	t.Helper()
	request, err := http.NewRequestWithContext(ctx, "GET", h.link+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { response.Body.Close() })
	return response
}

type status struct {
	Name, State, Reason string
	Camera              struct{ ID, Name string }
	Width, Height       int
	FPS                 float64
	Viewers             int
	Pictures            uint64
	Unplugged           bool
}

// status is what the owner is told.
func (h *headless) status(t *testing.T) (s status) {
	t.Helper()
	// It is called thousands of times, so it leaves nothing to the test's cleanup.
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, "GET", h.link+"api/status", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+h.ownerKey)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if err := json.NewDecoder(response.Body).Decode(&s); err != nil {
		t.Fatal(err)
	}
	return s
}

func (h *headless) waitFor(t *testing.T, what string, reached func(status) bool) status {
	t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		s := h.status(t)
		if reached(s) {
			return s
		}
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for %s; now %+v", what, s)
		}
	}
}

// folder makes a folder of the emulated camera's pictures, as a camera to be chosen.
func folder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for i, picture := range assets.Emulated() {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d.jpg", i+1)), picture, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return "folder:" + dir
}

func TestHeadlessServesAndStopsCleanly(t *testing.T) {
	h := startHeadless(t, "--camera", "emulated", "--name", "Front door")
	if s := h.status(t); s.State != "off" || s.Name != "Front door" || s.Camera.ID != "emulated" {
		t.Errorf("begins with %+v", s)
	}
	stream := h.get(t, "stream.mjpg")
	h.waitFor(t, "a viewer of a live camera", func(s status) bool { return s.State == "live" && s.Viewers == 1 })
	if code := h.stop(); code != exitClean {
		t.Errorf("ended with %d: %s", code, h.stderr)
	}
	if _, err := io.Copy(io.Discard, stream.Body); err != nil {
		t.Errorf("the viewer was cut off: %v", err)
	}
	if _, err := net.DialTimeout("tcp", strings.TrimSuffix(strings.TrimPrefix(h.link, "http://"), "/"), patience); err == nil {
		t.Error("the port is still open")
	}
}

func TestCameraIsChosenByTheEnvironmentAsInTheSeed(t *testing.T) {
	t.Setenv("CAMERA", folder(t))
	if s := startHeadless(t).status(t); s.Camera.ID != os.Getenv("CAMERA") {
		t.Errorf("camera %q", s.Camera.ID)
	}
	if s := startHeadless(t, "--camera", "emulated").status(t); s.Camera.ID != "emulated" {
		t.Errorf("the flag does not come before $CAMERA: %q", s.Camera.ID)
	}
}

func TestIdleFPSAndNumberOfViewersAreAsTheUserSays(t *testing.T) {
	h := startHeadless(t, "--camera", folder(t), "--fps", "5", "--idle", "100ms", "--max-viewers", "1")
	stream := h.get(t, "stream.mjpg")
	h.waitFor(t, "five pictures a second", func(s status) bool { return s.FPS > 4 && s.FPS < 6 })
	if second := h.get(t, "stream.mjpg"); second.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("a second viewer: %s", second.Status)
	}
	stream.Body.Close()
	h.waitFor(t, "the camera to be off", func(s status) bool { return s.State == "off" })
}

func TestTakenPortFailsInWords(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	var stdout, stderr strings.Builder
	code := run(t.Context(), []string{"--headless", "--camera", "emulated", "--listen", taken.Addr().String()}, &stdout, &stderr, windowing{})
	if code != exitFailed || stdout.Len() > 0 || !strings.Contains(stderr.String(), "is taken by another program; choose another one with --listen") {
		t.Errorf("ended with %d: %s", code, &stderr)
	}
}

func TestWithoutADisplayItSaysSoInOneLineAndServes(t *testing.T) {
	for name, display := range map[string]string{"none": "", "dead": ":9999", "malformed": "nonsense"} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("DISPLAY", display)
			t.Setenv("WAYLAND_DISPLAY", "")
			why := noDisplay()
			if why == "" {
				t.Fatalf("a window is thought to open on %q", display)
			}
			t.Setenv("XDG_CONFIG_HOME", t.TempDir())
			ctx, cancel := context.WithCancel(t.Context())
			out, in := io.Pipe()
			var stderr strings.Builder
			ended := make(chan int, 1)
			go func() {
				ended <- run(ctx, []string{"--camera", "emulated", "--listen", "127.0.0.1:0", "--no-discovery"}, in, &stderr, windowing{})
			}()
			if line := firstLine(t, out); !strings.HasPrefix(line, "Sharing Emulated camera at http://127.0.0.1:") {
				t.Errorf("first line %q", line)
			}
			cancel()
			within(t, "the program to end", func() {
				if code := <-ended; code != exitClean {
					t.Errorf("ended with %d", code)
				}
			})
			if !strings.HasPrefix(stderr.String(), "fanlight: "+why+": serving without a window") {
				t.Errorf("said %q", &stderr)
			}
		})
	}
}

func TestVersionIsThatOfThePackages(t *testing.T) {
	toml, err := os.ReadFile("../FyneApp.toml")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{fmt.Sprintf("Version = %q", version), fmt.Sprintf("ID = %q", appID)} {
		if !strings.Contains(string(toml), line) {
			t.Errorf("FyneApp.toml has no line %s", line)
		}
	}
}
