package session

import (
	"io"
	"net"
	"os"
	"syscall"
	"testing"
	"time"

	"fanlight/drivers/process/processtest"
)

// dialled is the socket that TestOthersAreNotHeard, run anew as another user, talks to.
const dialled = "FANLIGHT_TEST_SOCKET"

func TestOthersAreNotHeard(t *testing.T) {
	if socket := os.Getenv(dialled); socket != "" {
		conn, err := net.Dial("unix", socket)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		_, _ = io.WriteString(conn, `{"share":true}`+"\n") // it may have been cut off before
		if answer, _ := io.ReadAll(conn); len(answer) > 0 {
			t.Errorf("answered with %q", answer)
		}
		return
	}
	if os.Getuid() != 0 {
		t.Skip("needs root: the test is another user too")
	}
	runtimeDir(t)
	asked := make(chan Request, 1)
	first(t, func(r Request) Reply {
		asked <- r
		return Reply{Done: "done"}
	})
	at, err := place(screen)
	if err != nil {
		t.Fatal(err)
	}
	for path, mode := range map[string]os.FileMode{os.Getenv("XDG_RUNTIME_DIR"): 0o755, at + ".sock": 0o777} { // somebody was careless
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	other := processtest.Command(t, time.Minute, "/proc/self/exe", "-test.run=^TestOthersAreNotHeard$")
	other.Env = append(os.Environ(), dialled+"="+at+".sock")
	other.Dir = "/"
	other.SysProcAttr.Credential = &syscall.Credential{Uid: 65534, Gid: 65534}
	if out, err := other.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
	if len(asked) > 0 {
		t.Errorf("somebody else asked for %+v", <-asked)
	}
}
