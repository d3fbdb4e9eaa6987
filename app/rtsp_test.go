package main

import (
	"bytes"
	"net"
	"strconv"
	"strings"
	"testing"

	"fanlight/drivers/process/processtest"
	"fanlight/streaming/reach/reachtest"
	"fanlight/ui"
)

// plays has ffmpeg play some pictures of an address, and returns what it says.
func plays(t *testing.T, link string) (told string, err error) {
	t.Helper()
	need(t, "ffmpeg")
	out, err := processtest.Command(t, patience, "ffmpeg", strings.Fields("-v error -rtsp_transport tcp -analyzeduration 500000 -fpsprobesize 0 -i "+link+" -frames:v 3 -f null -")...).CombinedOutput()
	return string(out), err
}

func TestRTSPIsOnWhileSharing(t *testing.T) {
	p := windowless(t, options{Listen: "127.0.0.1:0"})
	p.SetRTSP(true)
	if s := p.state(); s.Engines.Link != "" {
		t.Errorf("not shared, but at %s", s.Engines.Link)
	}
	p.Share(true)
	link := until(t, p, "RTSP", func(s ui.State) bool { return s.Engines.Link != "" }).Engines.Link
	if told, err := plays(t, link); err != nil {
		t.Errorf("%v: %s", err, told)
	}
	if err := p.SetPasscode("open sesame"); err != nil {
		t.Fatal(err)
	}
	if told, err := plays(t, link); err == nil || !strings.Contains(told, "401") {
		t.Errorf("without the passcode: %v: %s", err, told)
	}
	if told, err := plays(t, strings.Replace(link, "://", "://me:open%20sesame@", 1)); err != nil {
		t.Errorf("%v: %s", err, told)
	}
	for _, off := range []func(){func() { p.SetRTSP(false) }, func() { p.SetRTSP(true); p.Share(false) }} {
		off()
		until(t, p, "its end", func(s ui.State) bool { return s.Engines.Link == "" })
		if c, err := net.Dial("tcp", strings.TrimSuffix(strings.TrimPrefix(link, "rtsp://"), "/")); err == nil {
			c.Close()
			t.Error("somebody still listens")
		}
	}
}

func TestRTSPByTheCommandLine(t *testing.T) {
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	var stdout, stderr strings.Builder
	code := run(t.Context(), []string{"--headless", "--camera", "emulated", "--listen", "127.0.0.1:0", "--no-discovery", "--rtsp=" + address}, &stdout, &stderr, windowing{})
	if code != exitFailed || !strings.Contains(stderr.String(), "fanlight: no RTSP: port ") || !strings.Contains(stderr.String(), "choose another one with --rtsp=:8555") {
		t.Errorf("a taken port: ended with %d: %s", code, &stderr)
	}
	free.Close()
	startHeadless(t, "--camera", "emulated", "--no-discovery", "--rtsp="+address)
	if told, err := plays(t, "rtsp://"+address+"/"); err != nil {
		t.Errorf("%v: %s", err, told)
	}
}

func TestRTSPAddress(t *testing.T) {
	for args, want := range map[string]rtspListen{
		"": "", "--rtsp": defaultRTSP, "--rtsp=:8555": ":8555", "--rtsp=192.168.1.5:1": "192.168.1.5:1",
		"--rtsp=8555": "-", "--rtsp=": "-", "--rtsp=:x": "-",
	} {
		var told bytes.Buffer
		o, _, err := parseOptions(strings.Fields(args), &told, &told)
		if want == "-" && (err == nil || !strings.Contains(err.Error(), "--rtsp=ADDRESS is :8554")) {
			t.Errorf("%s: %q, %v", args, o.RTSP, err)
		} else if want != "-" && (err != nil || o.RTSP != want) {
			t.Errorf("%s: %q, %v; want %q", args, o.RTSP, err, want)
		}
	}
}

// TestSendTo sends to an engine that is ffmpeg, which says what arrives.
func TestSendTo(t *testing.T) {
	need(t, "ffmpeg")
	port := reachtest.Port(t)
	address := "rtsp://me:geheim@127.0.0.1:" + strconv.Itoa(port) + "/cam"

	p := windowless(t, options{Listen: "127.0.0.1:0"})
	if err := p.SetSendTo("engine"); err == nil {
		t.Error("engine is an address")
	}
	if err := p.SetSendTo(address); err != nil {
		t.Fatal(err)
	}
	until(t, p, "the address", func(s ui.State) bool { return s.Engines.SendTo == address })
	if s := p.state(); s.Engines.Sending != ui.NotSending {
		t.Errorf("not shared, but %v", s.Engines.Sending)
	}
	p.Share(true)
	until(t, p, "a pause", func(s ui.State) bool { return s.Engines.Sending == ui.WaitingAgain && s.Engines.Why == ui.NoAnswer })

	engine := processtest.Command(t, patience, "ffmpeg", strings.Fields("-v error -rtsp_flags listen -i rtsp://127.0.0.1:"+strconv.Itoa(port)+"/cam -f null -")...)
	if err := engine.Start(); err != nil {
		t.Fatal(err)
	}
	until(t, p, "sending", func(s ui.State) bool { return s.Engines.Sending == ui.SendingNow })
	if s := p.state(); s.Condition != ui.Live && s.Condition != ui.Starting {
		t.Errorf("the camera is %v", s.Condition)
	}
	engine.Process.Kill()
	engine.Wait()
	until(t, p, "a pause", func(s ui.State) bool { return s.Engines.Sending == ui.WaitingAgain })
	p.Share(false)
	until(t, p, "the end", func(s ui.State) bool { return s.Engines.Sending == ui.NotSending })
	if kept := p.settings.get(); kept.SendTo != address {
		t.Errorf("%q is kept", kept.SendTo)
	}
}
