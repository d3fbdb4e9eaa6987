package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// longest is how long a test's guest may take, booting included, on a machine that is busy.
const longest = 5 * time.Minute

// command is a program that is killed after longest. Wait returns soon after its end, also if another one that it has
// started, QEMU for one, holds its output open.
func command(t *testing.T, name string, args ...string) *exec.Cmd {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), longest)
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.WaitDelay = 10 * time.Second
	return cmd
}

// builtGuest builds the program: it is the guest's init as well, which this test binary cannot be.
func builtGuest(t *testing.T) string {
	t.Helper()
	if _, err := os.Stat("/sys/devices/platform/vhci_hcd.0"); err == nil {
		t.Skip("this is the guest already; a guest in it would take minutes to boot")
	}
	if testing.Short() {
		t.Skip("boots guests: not in the short tests")
	}
	if _, err := exec.LookPath("qemu-system-x86_64"); err != nil {
		t.Skip("QEMU is not installed; on Debian: apt-get install qemu-system-x86")
	}
	name := filepath.Join(t.TempDir(), "guest")
	if out, err := command(t, "go", "build", "-o", name, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return name
}

type result struct {
	status         int
	stdout, stderr string
}

func runGuest(t *testing.T, guest string, args ...string) result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd := command(t, guest, args...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		if _, ok := errors.AsType[*exec.ExitError](err); !ok {
			t.Fatal(err)
		}
	}
	return result{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// TestEnds: QEMU outlives neither an interrupted guest nor one that was killed.
func TestEnds(t *testing.T) {
	guest := builtGuest(t)
	for _, test := range []struct {
		signal os.Signal
		status int
		stderr string
	}{
		{os.Interrupt, failed, "interrupt"},
		{os.Kill, -1, ""},
	} {
		t.Run(test.signal.String(), func(t *testing.T) {
			dir := t.TempDir()
			var stderr bytes.Buffer
			cmd := command(t, guest, "sh", "-c", "echo ready; sleep 1000")
			cmd.Env, cmd.Stderr = append(os.Environ(), "TMPDIR="+dir), &stderr
			stdout, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			if _, err := stdout.Read(make([]byte, 16)); err != nil {
				t.Errorf("the command in the guest did not start: %v", err)
			}
			if !qemuRuns(t, dir) {
				t.Error("no QEMU runs to be ended")
			}
			cmd.Process.Signal(test.signal)
			cmd.Wait()
			if cmd.ProcessState.ExitCode() != test.status || !strings.Contains(stderr.String(), test.stderr) {
				t.Errorf("%v\n%s", cmd.ProcessState, stderr.String())
			}
			for end := time.Now().Add(time.Minute); qemuRuns(t, dir); time.Sleep(10 * time.Millisecond) {
				if time.Now().After(end) {
					t.Fatal("QEMU runs on")
				}
			}
		})
	}
}

// qemuRuns looks for the QEMU whose initramfs is below dir.
func qemuRuns(t *testing.T, dir string) bool {
	t.Helper()
	files, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		// A process may end meanwhile, and one that has ended but in name has no command line.
		line, _ := os.ReadFile(file)
		if bytes.HasPrefix(line, []byte("qemu-system")) && bytes.Contains(line, []byte(dir)) {
			return true
		}
	}
	return false
}

// TestCannotPrepare: what goes wrong with apt is said in a sentence with a way on.
func TestCannotPrepare(t *testing.T) {
	guest := builtGuest(t)
	for _, test := range []struct{ name, cache, get, want string }{
		{"apt knows no such kernel", "exit 100", "", "run apt-get update and try again"},
		{"apt names no kernel", "echo nothing", "", "run apt-get update and try again"},
		{"the download fails", "echo '  Depends: linux-image-6.1.0-56-amd64'", "echo 404 >&2; exit 100", "404"},
		{"no package comes", "echo '  Depends: linux-image-6.1.0-56-amd64'", "exit 0", "0 packages"},
		{"no Debian package comes", "echo '  Depends: linux-image-6.1.0-56-amd64'", "echo junk > a.deb", "cannot unpack"},
	} {
		t.Run(test.name, func(t *testing.T) {
			programs, cache := t.TempDir(), filepath.Join(t.TempDir(), "cache")
			for name, script := range map[string]string{"apt-cache": test.cache, "apt-get": test.get} {
				if err := os.WriteFile(filepath.Join(programs, name), []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
					t.Fatal(err)
				}
			}
			t.Setenv("PATH", programs+":"+os.Getenv("PATH"))
			t.Setenv("FANLIGHT_RIG_CACHE", cache)
			got := runGuest(t, guest, "-prepare")
			if got.status != failed || !strings.Contains(got.stderr, test.want) {
				t.Errorf("status %d: %s", got.status, got.stderr)
			}
			if left, err := os.ReadDir(cache); err != nil || len(left) != 0 {
				t.Errorf("the cache has %v (%v)", left, err)
			}
		})
	}
}

// TestBoot looks at all that one command finds and leaves in the guest.
func TestBoot(t *testing.T) {
	guest := builtGuest(t)
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	log, written := filepath.Join(dir, "log"), filepath.Join(dir, "written")
	t.Setenv("FANLIGHT_RIG_LOG", log)
	t.Setenv("RIG_TEST", "a b'c\n$d")
	const script = `pwd
printf '<%s>\n' "$RIG_TEST" "$@"
ls /sys/class/net; cat /sys/class/net/lo/carrier
ls -d /sys/bus/usb/drivers/uvcvideo; cat /sys/module/usbcore/parameters/autosuspend
busybox modprobe vivid n_devs=1; cat /sys/class/video4linux/video0/name
echo text > "$1"; cat "$1"
echo fault >&2
sleep 1000 & # does not hold it up
exit 7`
	got := runGuest(t, guest, "-v", "sh", "-c", script, "sh", written, "", "$c")
	want := strings.Join([]string{here, "<a b'c\n$d>", "<" + written + ">", "<>", "<$c>", "lo", "1",
		"/sys/bus/usb/drivers/uvcvideo", "-1", "vivid-000-vid-cap", "text", ""}, "\n")
	if got.status != 7 || got.stdout != want || !strings.Contains(got.stderr, "fault\n") {
		t.Errorf("status %d, want 7\ngot:\n%s\nwant:\n%s\nstandard error:\n%s", got.status, got.stdout, want, got.stderr)
	}
	if _, err := os.Stat(written); !os.IsNotExist(err) {
		t.Errorf("a file written in the guest is on the host: %v", err)
	}
	text, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	const driver = "registered new interface driver uvcvideo"
	if !strings.Contains(got.stderr, driver) || !strings.Contains(string(text), driver) {
		t.Errorf("the kernel's log lacks %q:\n%s\nthe file:\n%s", driver, got.stderr, text)
	}
}

func TestStatus(t *testing.T) {
	guest := builtGuest(t)
	many := strings.Repeat("x", 20_000_000)
	for _, test := range []struct {
		name string
		args []string
		want result // of stderr a part
	}{
		{"killed after much output", []string{"sh", "-c", `head -c 20000000 /dev/zero | tr '\0' x | tee /dev/stderr; kill -9 $$`},
			result{128 + 9, many, many}},
		{"no such command", []string{"no-such-command"}, result{127, "", "cannot run no-such-command"}},
		{"kernel panic", []string{"sh", "-c", "echo c > /proc/sysrq-trigger"}, result{failed, "", "sysrq triggered crash"}},
		{"too slow a command", []string{"-timeout", "1s", "sleep", "1000"}, result{failed, "", "sleep did not end within 1s"}},
		{"too slow a boot", []string{"-boot-timeout", "1ms", "true"}, result{failed, "", "did not boot within 1ms"}},
		{"no command", nil, result{failed, "", "which command?"}},
		{"unknown flag", []string{"-x"}, result{failed, "", "not defined: -x"}},
		{"help", []string{"-h"}, result{0, "", "Usage: guest"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := runGuest(t, guest, test.args...)
			if got.status != test.want.status || got.stdout != test.want.stdout || !strings.Contains(got.stderr, test.want.stderr) {
				t.Errorf("status %d, want %d\nstandard output (%d bytes):\n%.400s\nstandard error:\n%.4000s",
					got.status, test.want.status, len(got.stdout), got.stdout, got.stderr)
			}
		})
	}
}
