package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"fanlight/streaming/reach"
	"fanlight/streaming/web"
	"fanlight/ui"
)

// shared is the program while it shares, with its list of viewers open.
func shared(t *testing.T, o options) (*program, ui.State) {
	t.Helper()
	o.Listen = "127.0.0.1:0"
	p := windowless(t, o)
	p.Share(true)
	p.ListViewers(true)
	return p, until(t, p, "the link", func(s ui.State) bool { return s.Link != "" })
}

// join opens the stream, as a program that names itself, and waits for a picture.
func join(t *testing.T, link, userAgent string) *http.Response {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	request, err := http.NewRequestWithContext(ctx, "GET", link+"stream.mjpg", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("User-Agent", userAgent)
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { response.Body.Close() })
	if response.StatusCode == http.StatusOK {
		if _, err := bufio.NewReader(response.Body).ReadByte(); err != nil {
			t.Fatal(err)
		}
	}
	return response
}

// ends waits for the end of a stream.
func ends(t *testing.T, stream *http.Response) {
	t.Helper()
	if _, err := io.Copy(io.Discard, stream.Body); errors.Is(err, context.DeadlineExceeded) {
		t.Fatal("the stream goes on")
	}
}

func TestViewersAreShownLetGoKeptOutAndLetInAgain(t *testing.T) {
	p, s := shared(t, options{})
	firefox := join(t, s.Link, "Mozilla/5.0 (Android 14; Mobile; rv:130.0) Gecko/130.0 Firefox/130.0")
	until(t, p, "the first viewer", func(s ui.State) bool { return len(s.Watching) == 1 })
	vlc := join(t, s.Link, "VLC/3.0.18 LibVLC/3.0.18")
	seen := until(t, p, "both viewers", func(s ui.State) bool {
		return len(s.Watching) == 2 && s.Watching[0].Name != "" && s.Watching[1].FPS > 0
	}).Watching
	first, second := seen[0], seen[1]
	if first.Program != "Firefox on Android" || first.Address != "127.0.0.1" || first.Name != "this machine" || second.Program != "VLC" || first.Since.IsZero() {
		t.Errorf("shown: %+v", seen)
	}

	p.LetGo(first.ID)
	ends(t, firefox)
	until(t, p, "the one to be gone", func(s ui.State) bool { return len(s.Watching) == 1 && s.Watching[0].ID == second.ID })
	firefox = join(t, s.Link, "Mozilla/5.0") // a disconnected viewer may connect again
	if firefox.StatusCode != http.StatusOK {
		t.Errorf("again: %s", firefox.Status)
	}

	p.KeepOut(second.ID)
	ends(t, vlc)
	ends(t, firefox) // from the same address
	out := until(t, p, "the address to be kept out", func(s ui.State) bool { return len(s.KeptOut) == 1 && len(s.Watching) == 0 }).KeptOut
	if out[0] != (ui.KeptOut{Address: "127.0.0.1", Name: "this machine"}) {
		t.Errorf("kept out: %+v", out)
	}
	if refused := join(t, s.Link, "VLC/3.0.18"); refused.StatusCode != http.StatusForbidden {
		t.Errorf("kept out, it is answered %s", refused.Status)
	}
	p.Admit(out[0].Address)
	until(t, p, "the address to be let in", func(s ui.State) bool { return len(s.KeptOut) == 0 })
	if again := join(t, s.Link, "VLC/3.0.18"); again.StatusCode != http.StatusOK {
		t.Errorf("let in again, it is answered %s", again.Status)
	}
}

// The list of viewers is read only while it is open, and twice a second at most.
func TestViewersAreReadOnlyWhileTheListIsOpen(t *testing.T) {
	p, s := shared(t, options{})
	join(t, s.Link, "VLC/3.0.18")
	until(t, p, "the viewer", func(s ui.State) bool { return len(s.Watching) == 1 })
	readLast := func(at time.Time) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.audience.read = at
	}
	readLast(time.Now().Add(time.Hour)) // however slow this machine is, it was read a moment ago
	p.mu.Lock()
	p.audience.watching[0].Program = "read before"
	p.mu.Unlock()
	if got := p.state().Watching[0].Program; got != "read before" {
		t.Errorf("read again at once: %q", got)
	}
	readLast(time.Now())
	until(t, p, "the list to be read again", func(s ui.State) bool { return s.Watching[0].Program == "VLC" })
	p.ListViewers(false)
	if s := p.state(); s.Watching != nil || s.Viewers != 1 {
		t.Errorf("closed: %+v, %d viewers", s.Watching, s.Viewers)
	}
}

func TestMostViewersAreRememberedUnlessGivenByHand(t *testing.T) {
	p, s := shared(t, options{})
	if s.MaxViewers != web.DefaultMaxViewers || s.MaxViewersGiven {
		t.Errorf("begins with %d, given %v", s.MaxViewers, s.MaxViewersGiven)
	}
	p.SetMaxViewers(1)
	join(t, s.Link, "VLC/3.0.18")
	if second := join(t, s.Link, "VLC/3.0.18"); second.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("a second viewer: %s", second.Status)
	}
	afterJobs(t, p)
	remembered := loadSettings(slog.Default()).get()
	if remembered.MaxViewers != 1 {
		t.Errorf("kept on disk: %d", remembered.MaxViewers)
	}
	for given, want := range map[int]int{0: 1, 7: 7} {
		o := options{}
		if given > 0 {
			o.MaxViewers = &given
		}
		if got := maxViewers(o, remembered); got != want {
			t.Errorf("the next time with %d by hand: %d, want %d", given, got, want)
		}
	}
}

func TestPasscodeSetInTheWindow(t *testing.T) {
	p, s := shared(t, options{})
	if s.KeyLink != s.Link || s.Passcode != "" {
		t.Errorf("without a passcode: %q, %q", s.KeyLink, s.Passcode)
	}
	open := join(t, s.Link, "VLC/3.0.18")
	if err := p.SetPasscode(" hush "); err != nil {
		t.Fatal(err)
	}
	ends(t, open)
	s = p.state()
	if s.Passcode != "hush" || !strings.HasPrefix(s.KeyLink, s.Link+"?key=") {
		t.Errorf("with a passcode: %q, %q", s.Passcode, s.KeyLink)
	}
	answers := func(link string, want int) {
		t.Helper()
		answer, err := (&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Get(link)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != want {
			t.Errorf("%s answers %s, want %d", link, answer.Status, want)
		}
	}
	answers(s.Link, http.StatusUnauthorized)
	answers(s.KeyLink, http.StatusSeeOther) // to the page, with a cookie
	before := s.KeyLink
	if err := p.SetPasscode("quiet"); err != nil {
		t.Fatal(err)
	}
	answers(before, http.StatusUnauthorized)
	answers(p.state().KeyLink, http.StatusSeeOther)

	for _, wrong := range []string{"  ", "two\nlines", strings.Repeat("x", 129)} {
		if err := p.SetPasscode(wrong); err == nil {
			t.Errorf("%q is taken", wrong)
		}
	}
	if got := p.state().Passcode; got != "quiet" {
		t.Errorf("after mistakes it is %q", got)
	}
	until(t, p, "it to be kept", func(ui.State) bool { return p.settings.get().Passcode == "quiet" })
	if info, err := os.Stat(p.settings.path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others can read the file: %v, %v", info.Mode(), err)
	}
	if err := p.SetPasscode(""); err != nil {
		t.Fatal(err)
	}
	answers(s.Link, http.StatusOK)
}

// A camera that answers slowly keeps the jobs busy. The old passcode must be invalid
// meanwhile.
func TestPasscodeAndViewersDoNotWaitForJobs(t *testing.T) {
	p, s := shared(t, options{})
	stream := join(t, s.Link, "VLC/3.0.18")
	seen := until(t, p, "the viewer", func(s ui.State) bool { return len(s.Watching) == 1 }).Watching
	end := p.busy()
	defer end()
	p.LetGo(seen[0].ID)
	ends(t, stream)
	stream = join(t, s.Link, "VLC/3.0.18")
	if err := p.SetPasscode("hush"); err != nil {
		t.Fatal(err)
	}
	ends(t, stream)
	if s := p.state(); s.KeyLink == s.Link {
		t.Error("the link has no key yet")
	}
}

func TestPasscodeGivenByHandHoldsForThisRun(t *testing.T) {
	p := windowless(t, options{})
	if err := p.SetPasscode("of the window"); err != nil {
		t.Fatal(err)
	}
	afterJobs(t, p)
	settings := loadSettings(slog.Default())
	for given, want := range map[string]string{"": "of the window", "by hand": "by hand"} {
		p := newProgram(options{Passcode: given, NoDiscovery: true}, settings, tried("test:one"), nil, slog.Default())
		if s := p.state(); s.Passcode != want || s.PasscodeGiven != (given != "") {
			t.Errorf("%q by hand: %q, given %v", given, s.Passcode, s.PasscodeGiven)
		}
		p.close()
	}
	if got := settings.get().Passcode; got != "of the window" {
		t.Errorf("remembered: %q", got)
	}
}

// After a server that ended by itself there is no link, and the switch is off.
func TestSharingThatEndsByItselfIsTidiedUp(t *testing.T) {
	p := windowless(t, options{Listen: "127.0.0.1:0"})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p.setWantShare(true)
	p.jobs.add(func() { p.beginSharing(listener) })
	until(t, p, "the link", func(s ui.State) bool { return s.Link != "" })
	listener.Close()
	s := until(t, p, "the end", func(s ui.State) bool { return s.Problem != "" && !s.Sharing })
	if s.Link != "" || s.KeyLink != "" || !strings.HasPrefix(s.Problem, "sharing has ended by itself; switch it on again: ") {
		t.Errorf("shown: %+v", s)
	}
	p.Share(true)
	until(t, p, "sharing again", func(s ui.State) bool { return s.Link != "" && s.Problem == "" })
}

func TestCertificateIsShown(t *testing.T) {
	settingsFile(t)
	dir, err := configDir()
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := reach.OwnCertificate(dir)
	if err != nil {
		t.Fatal(err)
	}
	for name, o := range map[string]options{"own": {TLS: true}, "given": {TLSCert: "cert.pem", TLSKey: "key.pem"}} {
		p := newProgram(o, loadSettings(slog.Default()), tried("test:one"), certificate, slog.Default())
		got := p.state().Certificate
		p.close()
		if got == nil || got.Fingerprint != certificate.Fingerprint() || !got.Expires.Equal(certificate.Expires()) || got.Own != (name == "own") {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
