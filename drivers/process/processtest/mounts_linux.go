package processtest

import (
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

// mounting names the test that runs in a process with mounts of its own.
const mounting = "FANLIGHT_TEST_MOUNTING"

// OwnMounts reports whether the test runs in a process with mounts of its own, which are gone
// with the process, however it ends. If not, it runs the test in one, within a limit; there
// is nothing left to do then. It skips the test where that needs root.
func OwnMounts(t *testing.T, limit time.Duration) bool {
	t.Helper()
	if os.Getenv(mounting) == t.Name() {
		return true
	}
	if os.Getuid() != 0 {
		t.Skip("needs root: the test mounts a file system")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := Command(t, limit, self, "-test.run=^"+t.Name()+"$", "-test.v")
	c.Env = append(os.Environ(), mounting+"="+t.Name())
	c.SysProcAttr.Unshareflags = syscall.CLONE_NEWNS
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if said := string(out); strings.Contains(said, "--- SKIP: "+t.Name()) {
		t.Skip(said)
	}
	t.Logf("%s", out)
	return false
}
