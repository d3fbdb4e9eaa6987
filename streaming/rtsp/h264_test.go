package rtsp

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fanlight/drivers/process/processtest"
)

// noSecrets checks the arguments of the programs that this one runs, which everybody on the
// computer can read.
func noSecrets(t *testing.T) {
	t.Helper()
	children, err := filepath.Glob("/proc/self/task/*/children")
	if err != nil {
		t.Fatal(err)
	}
	encoders := 0
	for _, file := range children {
		pids, _ := os.ReadFile(file)
		for _, pid := range strings.Fields(string(pids)) {
			arguments, _ := os.ReadFile("/proc/" + pid + "/cmdline")
			if strings.Contains(string(arguments), "matroska") {
				encoders++
			}
			if strings.Contains(string(arguments), "geheim") && !strings.Contains(string(arguments), "listen") {
				t.Errorf("an argument has the secret: %q", arguments)
			}
		}
	}
	if encoders == 0 {
		t.Error("no ffmpeg was found that encodes")
	}
}

// TestH264ByRTSP has ffmpeg be the engine.
func TestH264ByRTSP(t *testing.T) {
	port := freePort(t)
	told := listening(t, strings.Fields("-rtsp_flags listen -i rtsp://127.0.0.1:"+port+"/cam")...)
	var w whistle
	s := sendWith(t, encoded(t, painted(642, 363)), w.listen(t), "rtsp://me:geheim@127.0.0.1:"+port+"/cam", true)
	eventually(t, "pictures sent", func() bool { return s.Status().Pictures > 0 })
	noSecrets(t)
	eventually(t, "20 pictures at the engine", func() bool { return strings.Count(told(), "\n0, ") >= 20 })
	for _, want := range []string{"h264", "642x362", "opus"} {
		if !strings.Contains(told(), want) {
			t.Errorf("no %s in %s", want, told())
		}
	}
	eventually(t, "a pause", func() bool { return s.Status().Sending == WaitingAgain }) // the engine has ended
	s.Close()
	if strings.Contains(s.log.String(), "geheim") {
		t.Error(s.log.String())
	}
}

// TestH264ByRTMP has nginx be the engine, which is killed and started again.
func TestH264ByRTMP(t *testing.T) {
	dir, port := t.TempDir(), freePort(t)
	settings := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(settings, fmt.Appendf(nil, `daemon off; master_process off; pid %[1]s/pid; error_log %[1]s/log;
load_module /usr/lib/nginx/modules/ngx_rtmp_module.so;
events {}
rtmp { server { listen 127.0.0.1:%[2]s; application live { live on; record all; record_unique on; record_path %[1]s; } } }
`, dir, port), 0o600); err != nil {
		t.Fatal(err)
	}
	recorded := func() []string {
		files, _ := filepath.Glob(filepath.Join(dir, "*.flv"))
		return files
	}
	var w whistle
	s := sendWith(t, encoded(t, painted(642, 363)), w.listen(t), "rtmp://127.0.0.1:"+port+"/live/geheim", true)
	s.waits(t, ErrNoAnswer)
	if n := s.camera.Opened.Load(); n != 0 {
		t.Errorf("the camera is on for an engine that does not answer")
	}
	for range 2 {
		before := s.Status().Pictures
		nginx := processtest.Command(t, 2*time.Minute, "nginx", "-p", dir, "-c", settings)
		nginx.Stderr = t.Output()
		if err := nginx.Start(); err != nil {
			t.Fatalf("%v; make setup-test installs nginx and its module for RTMP", err)
		}
		eventually(t, "60 pictures", func() bool { return s.Status().Pictures >= before+60 })
		noSecrets(t)
		nginx.Process.Kill()
		nginx.Wait()
		eventually(t, "a pause", func() bool { return s.Status().Sending == WaitingAgain })
	}
	s.Close()
	for _, file := range recorded() {
		out, err := processtest.Command(t, time.Minute, "ffprobe", "-v", "error", "-count_packets", "-show_entries", "stream=codec_name,width,height,nb_read_packets", "-of", "compact", file).Output()
		if err != nil || !strings.Contains(string(out), "codec_name=h264|width=642|height=362|") || !strings.Contains(string(out), "codec_name=aac|") {
			t.Errorf("%s, %v", out, err)
		}
	}
	if n := len(recorded()); n != 2 {
		t.Errorf("%d files, want one of each nginx", n)
	}
	if strings.Contains(s.log.String(), "geheim") {
		t.Error(s.log.String())
	}
}

// TestPublished are the parts of an address as ffmpeg takes them.
func TestPublished(t *testing.T) {
	for text, want := range map[string]string{
		"rtmp://live/app":                   "rtmp://live/app",
		"rtmp://live/app/key":               "rtmp://live/app#key",
		"rtmp://live/app/key?sign=1&x=2":    "rtmp://live/app#key?sign=1&x=2",
		"rtmps://live:443/app/instance/key": "rtmps://live:443/app/instance#key",
		"rtmp://live/app/a/b/c":             "rtmp://live/app/a#b/c",
	} {
		to, err := ParseTarget(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := to.published().String(); got != want {
			t.Errorf("%s is published as %s, want %s", text, got, want)
		}
	}
}

// TestEngineQuotesTheSecret is of what an engine says when it refuses the stream.
func TestEngineQuotesTheSecret(t *testing.T) {
	for _, test := range []struct{ to, says string }{
		{"rtmp://live/app/geheim", "no such key geheim"},
		{"rtmp://live/app/instance/geheim", "no such key geheim"},
		{"rtmp://live/app/instance/geheim", "no such key instance/geheim"},
		{"rtmp://live/app/geheim!1", "no such key geheim%211"},
		{"rtmp://live/app/geheim%211", "no such key geheim!1"},
		{"rtmp://live/app/key?geheim", "no such key key?geheim"},
		{"rtmp://live/app/key?token=geheim%211", "no such token geheim!1"},
		{"rtmp://live/app/key?geheim%211", "no such token geheim!1"},
		{"rtmp://live/app/key?token=geheim;x=1", "no such token geheim"},
		{"rtsp://engine/cam?token=geheim", "no such token geheim"},
		{"rtsp://geheim@engine/cam", "no such user geheim"},
		{"rtsp://me:geheim%2F@engine/cam", "no such password geheim/"},
	} {
		to, err := ParseTarget(test.to)
		if err != nil {
			t.Fatal(err)
		}
		if told := to.withoutSecrets(test.says); strings.Contains(told, "geheim") || !strings.HasPrefix(told, "no such") {
			t.Errorf("%s: %q is told as %q", test.to, test.says, told)
		}
	}
	backup, err := ParseTarget("rtmp://b.rtmp.youtube.com/live2/abcd-efgh?backup=1")
	if err != nil {
		t.Fatal(err)
	}
	if says := "dial tcp 142.250.1.9:1935: i/o timeout"; backup.withoutSecrets(says) != says {
		t.Errorf("%q is told as %q", says, backup.withoutSecrets(says))
	}
}
