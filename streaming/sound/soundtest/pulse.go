package soundtest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"fanlight/streaming/sound"
)

// patience bounds what the sound server does.
const patience = 20 * time.Second

// Pulse is a PulseAudio server of a test, which programs of the test use: $PULSE_SERVER is set.
// It has a loudspeaker that plays into nothing, "Lab speaker", with its monitor, and a
// microphone, "Desk microphone", that hears what [Pulse.Click] says.
type Pulse struct {
	t    *testing.T
	dir  string
	stop func()

	mu     sync.Mutex
	module string // of the microphone
	click  chan time.Time
	unplug func()
}

// The parts of a Pulse by PulseAudio's names.
const (
	DeskID    = "desk"
	DeskName  = "Desk microphone"
	MonitorID = "lab.monitor"
)

// NewPulse starts a server, which ends with the test; two minutes later if that is killed.
func NewPulse(t *testing.T) *Pulse {
	t.Helper()
	p := &Pulse{t: t, dir: t.TempDir(), click: make(chan time.Time)}
	socket := filepath.Join(p.dir, "native")
	script := filepath.Join(p.dir, "default.pa")
	lines := fmt.Sprintf("load-module module-native-protocol-unix auth-anonymous=1 socket=%s\n"+
		"load-module module-null-sink sink_name=lab rate=48000 channels=1 sink_properties=device.description=\"Lab\\ speaker\"\n", socket)
	if err := os.WriteFile(script, []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	server := exec.CommandContext(ctx, "pulseaudio", "-n", "-F", script, "--exit-idle-time=120", "--daemonize=no", "--use-pid-file=no", "--disable-shm=yes")
	server.Env = append(os.Environ(), "HOME="+p.dir, "XDG_RUNTIME_DIR="+p.dir, "PULSE_RUNTIME_PATH="+p.dir, "PULSE_STATE_PATH="+p.dir, "DBUS_SESSION_BUS_ADDRESS=unix:path=/nowhere")
	server.WaitDelay = patience
	if err := server.Start(); err != nil {
		t.Fatalf("PulseAudio is needed (apt-get install pulseaudio pulseaudio-utils): %v", err)
	}
	p.stop = sync.OnceFunc(func() { cancel(); server.Wait() })
	t.Cleanup(p.stop)
	t.Setenv("PULSE_SERVER", "unix:"+socket)
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		if _, err := p.control("info"); err == nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("PulseAudio does not start")
		}
	}
	t.Cleanup(p.Unplug)
	p.Plug()
	return p
}

// Stop ends the server.
func (p *Pulse) Stop() { p.stop() }

func (p *Pulse) control(args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	out, err := exec.CommandContext(ctx, "pactl", args...).Output()
	return strings.TrimSpace(string(out)), err
}

// Plug plugs the microphone in, as the default one.
func (p *Pulse) Plug() {
	p.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	fifo := filepath.Join(p.dir, "desk")
	os.Remove(fifo)
	module, err := p.control("load-module", "module-pipe-source", "source_name="+DeskID, "file="+fifo, "rate=48000", "channels=1", "format=s16le", `source_properties=device.description="Desk\ microphone"`)
	if err == nil {
		_, err = p.control("set-default-source", DeskID)
	}
	var pipe *os.File
	if err == nil {
		pipe, err = os.OpenFile(fifo, os.O_WRONLY|syscall.O_NONBLOCK, 0)
	}
	if err != nil {
		p.t.Fatalf("plugging the microphone in: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var speaking sync.WaitGroup
	speaking.Go(func() { p.speak(ctx, pipe) })
	p.module, p.unplug = module, func() { cancel(); speaking.Wait(); pipe.Close() }
}

// Unplug pulls the microphone out, if it is plugged in.
func (p *Pulse) Unplug() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.unplug != nil {
		p.unplug()
		p.control("unload-module", p.module)
		p.unplug = nil
	}
}

// Users returns how many streams hear the microphones.
func (p *Pulse) Users() int {
	out, err := p.control("list", "short", "source-outputs")
	if err != nil {
		p.t.Errorf("asking PulseAudio: %v", err)
	}
	return len(strings.Fields(out)) / 5 // index, source, client, driver, and the samples' format
}

// Click has the microphone hear a loud click, and returns when.
func (p *Pulse) Click() time.Time { return <-p.click }

// speak is what the microphone hears, at the speed of a sound card: silence and clicks of a
// millisecond.
func (p *Pulse) speak(ctx context.Context, pipe *os.File) {
	const each = 5 * time.Millisecond
	samples := int(each * sound.Rate / time.Second)
	began, written := time.Now(), 0
	for ctx.Err() == nil {
		due := began.Add(time.Duration(written+samples) * time.Second / sound.Rate)
		time.Sleep(time.Until(due))
		chunk := make([]byte, 2*samples)
		select {
		case p.click <- due.Add(-each):
			for n := range sound.Rate / 1000 {
				chunk[2*n+1] = byte(0x60 + n%2*0x40) // 24576 and -24576
			}
		default:
		}
		pipe.SetWriteDeadline(time.Now().Add(each))
		pipe.Write(chunk) // lost if nobody reads, as with a sound card
		written += samples
	}
}
