package processtest

import (
	"bufio"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// started starts a program that starts another one, and returns the process of the other.
func started(t *testing.T) (child string) {
	t.Helper()
	c := Command(t, time.Minute, "sh", "-c", "sleep 60 & echo $!; wait")
	out, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	child, err = bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(child)
}

func gone(t *testing.T, process string) bool {
	t.Helper()
	pid, err := strconv.Atoi(process)
	if err != nil {
		t.Fatal(err)
	}
	stat, err := os.ReadFile(filepath.Join("/proc", process, "stat"))
	return unix.Kill(pid, 0) != nil || err != nil || strings.Contains(string(stat), ") Z ")
}

func TestProgramsEndWithTheTest(t *testing.T) {
	child := ""
	t.Run("a test", func(t *testing.T) { child = started(t) })
	if !gone(t, child) {
		t.Error("a program's child outlives the test")
	}
}

func TestProgramsEndAtTheirLimit(t *testing.T) {
	c := Command(t, 100*time.Millisecond, "sh", "-c", "sleep 60 & wait")
	begun := time.Now()
	if err := c.Run(); err == nil || time.Since(begun) > patience {
		t.Errorf("ended after %v, %v", time.Since(begun), err)
	}
	for deadline := time.Now().Add(patience); running(c.Process.Pid); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("a program's child outlives its limit")
		}
	}
}

// What a program writes into a folder of the test's as long as it lives does not hinder the
// folder's removal.
func TestFoldersAreRemovedAfterThePrograms(t *testing.T) {
	dir := ""
	t.Run("a test", func(t *testing.T) {
		c := Command(t, time.Minute, "sh", "-c", `for n in 1 2 3; do (while :; do mkdir -p "$DIR"; : >"$DIR/$(date +%N)"; done) & done; wait`)
		dir = t.TempDir()
		c.Env = append(os.Environ(), "DIR="+filepath.Join(dir, "profile"))
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		for made := false; !made; time.Sleep(time.Millisecond) {
			files, err := os.ReadDir(filepath.Join(dir, "profile"))
			made = err == nil && len(files) > 10
		}
	})
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("the folder is still there: %v", err)
	}
}

func TestMountsEndWithTheProcess(t *testing.T) {
	if !OwnMounts(t, time.Minute) {
		mounts, err := os.ReadFile("/proc/self/mounts")
		if err != nil || strings.Contains(string(mounts), "mounted-by-a-test") {
			t.Errorf("it stays: %v", err)
		}
		return
	}
	if err := unix.Mount("mounted-by-a-test", t.TempDir(), "tmpfs", 0, ""); err != nil {
		t.Fatal(err)
	}
	os.Exit(0) // without any clean-up
}
