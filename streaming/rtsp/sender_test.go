package rtsp

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"image/jpeg"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"fanlight/drivers/process/processtest"
	"fanlight/streaming"
	"fanlight/streaming/reach/reachtest"
	"fanlight/streaming/streamtest"
)

// freePort returns a port on which nobody listens.
func freePort(t *testing.T) string { return strconv.Itoa(reachtest.Port(t)) }

// recorded starts GStreamer's server, and returns what ends it, and the folder in which it
// writes pictures.
func recording(t *testing.T, port string, also ...string) (kill func(), dir string) {
	t.Helper()
	dir = t.TempDir()
	command := processtest.Command(t, 5*time.Minute, python, append([]string{"testdata/engine.py", port, dir}, also...)...)
	command.Stderr = t.Output()
	stdout, err := command.StdoutPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	kill = sync.OnceFunc(func() {
		command.Process.Kill()
		command.Wait()
	})
	t.Cleanup(kill)
	if line, err := bufio.NewReader(stdout).ReadString('\n'); line != "ready\n" {
		t.Fatalf("%q, %v; make setup-test installs what it needs", line, err)
	}
	return kill, dir
}

func pictures(t *testing.T, dir string) []string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(dir, "*.jpg"))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// sending is a feed that is sent.
type sending struct {
	*Sender
	camera *streamtest.Camera
	log    *logged
}

// logged is a log that is kept.
type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func send(t *testing.T, picture []byte, to string, h264 bool) *sending {
	t.Helper()
	return sendWith(t, picture, nil, to, h264)
}

// sendWith sends sound, too.
func sendWith(t *testing.T, picture []byte, heard Sound, to string, h264 bool) *sending {
	t.Helper()
	target, err := ParseTarget(to)
	if err != nil {
		t.Fatal(err)
	}
	s := &sending{camera: streamtest.NewCamera(), log: &logged{}}
	s.camera.Picture.Store(&picture)
	feed := streaming.NewFeed(s.camera.Source(), 200*time.Millisecond, log(t))
	t.Cleanup(feed.Close)
	s.Sender = Send(SendOptions{Feed: feed, Sound: heard, To: target, H264: h264, Remake: remakes(), Log: slog.New(slog.NewTextHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	t.Cleanup(s.Close)
	return s
}

func (s *sending) waits(t *testing.T, why error) {
	t.Helper()
	eventually(t, "a pause", func() bool {
		now := s.Status()
		return now.Sending == WaitingAgain && errors.Is(now.Why, why) && now.Again.After(time.Now())
	})
}

// TestEngineTakesTheStream kills the engine and starts it again.
func TestEngineTakesTheStream(t *testing.T) {
	port := freePort(t)
	s := send(t, encoded(t, painted(640, 480)), "rtsp://127.0.0.1:"+port+"/cam", false)
	s.waits(t, ErrNoAnswer)
	if n := s.camera.Opened.Load(); n != 0 {
		t.Errorf("the camera is on for an engine that does not answer")
	}
	for range 2 {
		kill, dir := recording(t, port)
		eventually(t, "pictures", func() bool { return s.Status().Sending == SendingNow && len(pictures(t, dir)) > 20 })
		first, err := os.ReadFile(pictures(t, dir)[0])
		if err != nil {
			t.Fatal(err)
		}
		got, err := jpeg.Decode(bytes.NewReader(first))
		if err != nil {
			t.Fatal(err)
		}
		if d := distance(t, got, painted(640, 480)); d > 6 {
			t.Errorf("the picture is off by %.1f", d)
		}
		kill()
		eventually(t, "a pause", func() bool { return s.Status().Sending == WaitingAgain })
		eventually(t, "the camera off", func() bool { return s.camera.Open.Load() == 0 })
	}
}

func TestEngineDoesNotTakeIt(t *testing.T) {
	port := freePort(t)
	_, _ = recording(t, port)
	s := send(t, encoded(t, painted(64, 48)), "rtsp://127.0.0.1:"+port+"/another", false)
	s.waits(t, ErrNotTaken)
}

// TestEngineWantsAPasscode is refused by Fanlight itself, whose door has a lock.
func TestEngineRefuses(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			asked := bufio.NewReader(conn)
			for n := 1; ; {
				line, err := asked.ReadString('\n')
				if err != nil {
					break
				}
				if line == "\r\n" {
					fmt.Fprintf(conn, "RTSP/1.0 401 Unauthorized\r\nCSeq: %d\r\nWWW-Authenticate: Digest realm=\"engine\", nonce=\"1\"\r\n\r\n", n)
					n++
				}
			}
			conn.Close()
		}
	}()
	s := send(t, encoded(t, painted(64, 48)), "rtsp://me:geheim@"+l.Addr().String()+"/cam", false)
	s.waits(t, ErrRefused)
	if told := s.log.String(); strings.Contains(told, "geheim") || !strings.Contains(told, "refuses") {
		t.Error(told)
	}
}

// listening runs ffmpeg as an engine that takes one stream and counts its pictures.
func listening(t *testing.T, args ...string) (told func() string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*patience)
	out := &logged{}
	command := exec.CommandContext(ctx, "ffmpeg", append(append(strings.Fields("-hide_banner -nostats"), args...), strings.Fields("-frames:v 20 -c copy -f framecrc -")...)...)
	command.Stdout, command.Stderr = out, out
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		command.Wait()
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
	})
	return out.String
}

func TestNoFFmpeg(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	s := send(t, encoded(t, painted(64, 48)), "rtmp://127.0.0.1/live/key", false)
	s.waits(t, ErrNoFFmpeg)
}

func TestParseTarget(t *testing.T) {
	for _, test := range []struct{ text, shown string }{
		{"", ""},
		{" rtsp://engine:8554/cam ", "rtsp://engine:8554/cam"},
		{"rtsp://me:pass@engine/cam", "rtsp://…@engine/cam"},
		{"rtsp://token@engine/cam", "rtsp://…@engine/cam"},
		{"rtsp://me:p%40ss%2F@[::1]:8554/cam?token=1", "rtsp://…@[::1]:8554/cam?…"},
		{"rtmp://a.rtmp.youtube.com/live2/abcd-efgh", "rtmp://a.rtmp.youtube.com/live2/…"},
		{"rtmps://live:443/app/key/more", "rtmps://live:443/app/…"},
		{"rtmp://live/app", "rtmp://live/app"},
		{"rtmp://me:pass@live/app/key", "-"},
		{"http://engine/cam", "-"},
		{"engine:8554", "-"},
		{"rtsp://", "-"},
		{"rtsp:///cam", "-"},
		{"rtsp://me:p@ss@engine/cam", "rtsp://…@engine/cam"},
		{"rtsp://me:p/ss@engine/cam", "-"},
		{"rtsp://me:p#ss@engine/cam", "-"},
		{"rtsp://engine:99999/cam", "-"},
		{"rtsp://engine:0/cam", "-"},
		{"rtsp://engine/a b", "-"},
		{"rtsp://engine/a\nb", "-"},
		{"-f null", "-"},
		{"rtsp://engine/" + strings.Repeat("a", longestTarget), "-"},
		{"rtsp://me:" + strings.Repeat("(", longestTarget/3) + "@engine/cam", "-"}, // as %28
	} {
		target, err := ParseTarget(test.text)
		switch {
		case test.shown == "-" && err == nil:
			t.Errorf("%q is taken, as %v", test.text, target)
		case test.shown == "-" && (strings.Contains(err.Error(), "ss@") || strings.Contains(err.Error(), "a b")):
			t.Errorf("%q is quoted: %v", test.text, err)
		case test.shown != "-" && (err != nil || target.String() != test.shown || target.IsNone() != (test.shown == "")):
			t.Errorf("%q is shown as %q, %v; want %q", test.text, target, err, test.shown)
		}
	}
}

// FuzzParseTarget checks that what is shown, and logged of an error, has no secret: the password,
// or for rtmp:// the key.
func FuzzParseTarget(f *testing.F) {
	f.Add("rtsp://", "me", "geheim-123", "engine:8554", "cam")
	f.Add("rtmp://", "", "geheim-123", "engine", "app")
	f.Fuzz(func(t *testing.T, scheme, user, secret, host, path string) {
		text := scheme + user + ":" + secret + "@" + host + "/" + path
		if strings.HasPrefix(scheme, "rtmp") {
			text = scheme + host + "/" + path + "/" + secret
		}
		target, err := ParseTarget(text)
		if err != nil || target.IsNone() || len(secret) < 8 {
			return
		}
		for _, other := range []string{scheme, user, host, path, "rtsp://…@", "rtmps://…@"} {
			if strings.Contains(other, secret) {
				return
			}
		}
		password, _ := target.address.User.Password()
		_, key, _ := strings.Cut(strings.TrimPrefix(target.address.Path, "/"), "/")
		if password != secret && !(target.isRTMP() && (key == secret || strings.HasSuffix(key, "/"+secret))) {
			return // parts of it are parts of something else
		}
		if strings.Contains(target.String(), secret) {
			t.Errorf("%q shows %q", target, secret)
		}
		if told := target.withoutSecrets("cannot open " + target.Text()); strings.Contains(told, secret) {
			t.Errorf("%q shows %q", told, secret)
		}
		if again, err := ParseTarget(target.Text()); err != nil || again.Text() != target.Text() {
			t.Errorf("%q is read as %q, %v", target.Text(), again.Text(), err)
		}
	})
}
