package discovery

import (
	"fmt"
	"os"
	"os/exec"
	"testing"

	"go.uber.org/goleak"
)

// The test binary plays parts of its own tests, in other namespaces.
const (
	roleVariable  = "FANLIGHT_DISCOVERY_ROLE"
	roleMachine   = "machine"
	roleAnnouncer = "announcer"
	roleBrowser   = "browser"
	roleNoise     = "noise"
	roleCrowd     = "crowd"
)

func TestMain(m *testing.M) {
	var err error
	switch os.Getenv(roleVariable) {
	case roleMachine:
		err = beMachine()
	case roleAnnouncer:
		err = beAnnouncer()
	case roleBrowser:
		err = beBrowser()
	case roleNoise:
		err = beNoise()
	case roleCrowd:
		err = beCrowd()
	default:
		goleak.VerifyTestMain(m)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// needMachines skips where namespaces cannot be made, or a judge is missing.
func needMachines(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("starts machines of their own: not in the short tests")
	}
	if os.Getuid() != 0 {
		t.Skip("needs root: the test makes network namespaces")
	}
	tools := []string{"ip", "nsenter", "dbus-daemon", "dbus-send", "avahi-daemon", "avahi-browse", "avahi-resolve"}
	for _, tool := range tools {
		if _, err := exec.LookPath(tool); err != nil {
			t.Fatalf("%v (Debian packages iproute2, util-linux, dbus, avahi-daemon, avahi-utils)", err)
		}
	}
}
