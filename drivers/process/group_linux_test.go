package process

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fanlight/drivers/camera"
	"fanlight/drivers/process/processtest"
)

// orphan is an environment variable that makes the test binary run a program, which writes
// its process ID to the file named, and nothing else, until it is killed.
const orphan = "FANLIGHT_TEST_ORPHAN"

func init() {
	if path := os.Getenv(orphan); path != "" {
		p := Program{Words: []string{"sh", "-c", `echo $$ >"$1"; exec sleep 60`, "sh", path}}
		fmt.Fprintln(os.Stderr, p.run(context.Background(), camera.Want{}, nil))
		os.Exit(1)
	}
}

// A killed Fanlight cannot end its programs itself.
func TestProgramDiesWithUs(t *testing.T) {
	us, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "pid")
	parent := processtest.Command(t, time.Minute, us)
	parent.Env = append(os.Environ(), orphan+"="+path)
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	pid := ""
	until(t, "the program to start", func() bool {
		content, _ := os.ReadFile(path)
		pid = strings.TrimSpace(string(content))
		return pid != ""
	})
	if !runs(pid) {
		t.Errorf("process %s does not run", pid)
	}
	if err := parent.Process.Kill(); err != nil {
		t.Error(err)
	}
	_ = parent.Wait() // it was killed
	until(t, "the program to die", func() bool { return !runs(pid) })
}

// runs reports whether a process runs; a zombie does not.
func runs(pid string) bool {
	status, err := os.ReadFile(filepath.Join("/proc", pid, "stat"))
	return err == nil && !strings.Contains(string(status), ") Z ")
}

func until(t *testing.T, what string, done func() bool) {
	t.Helper()
	const patience = 20 * time.Second
	for deadline := time.Now().Add(patience); !done(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited %v in vain for %s", patience, what)
		}
	}
}
