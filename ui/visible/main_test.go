package visible

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"fanlight/drivers/process/processtest"

	"go.uber.org/goleak"
)

// patience bounds waits for what happens soon on any machine.
const patience = time.Minute

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// serve runs a server for the test's time and returns the first line that it writes to
// its descriptor 3.
func serve(t *testing.T, name string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Skip("needs " + name)
	}
	line, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer line.Close()
	server := processtest.Command(t, 5*time.Minute, name, args...)
	server.ExtraFiles = []*os.File{write}
	err = server.Start()
	write.Close()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		server.Process.Signal(syscall.SIGTERM)
		late := time.AfterFunc(patience, func() { server.Process.Kill() })
		defer late.Stop()
		server.Wait()
	})
	line.SetReadDeadline(time.Now().Add(patience))
	said, err := bufio.NewReader(line).ReadString('\n')
	if err != nil {
		t.Fatalf("%s did not start: %v", name, err)
	}
	return strings.TrimSpace(said)
}

// watched are the verdicts about a window, for the test's time.
type watched chan bool

func watch(t *testing.T, id uint32) watched {
	ctx, cancel := context.WithCancel(context.Background())
	verdicts, ended := make(watched, 100), make(chan struct{})
	go func() {
		defer close(ended)
		for verdict := range Window(ctx, id) {
			verdicts <- verdict
		}
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
	})
	return verdicts
}

func (w watched) want(t *testing.T, what string, visible bool) {
	t.Helper()
	select {
	case got := <-w:
		if got != visible {
			t.Fatalf("%s: visible is %v", what, got)
		}
	case <-time.After(patience):
		t.Fatalf("%s: nothing is said", what)
	}
}
