package web

import (
	"net/netip"
	"testing"
)

var guestsAddress = netip.MustParseAddr("192.0.2.7")

// vet asks as a guest whose credentials are the passcode itself.
func vet(t *testing.T, s *Stream, passcode string) int {
	return s.Vet(t.Context(), guestsAddress, passcode, func(right string) bool { return passcode == right })
}

func TestGuestsNeedThePasscode(t *testing.T) {
	h := serveWith(t, Options{Passcode: " open sesame "}, StreamOptions{}, nil)
	for _, test := range []struct {
		passcode string
		want     int
	}{{"", 401}, {"open sesame", 200}, {"shut", 401}, {"open sesame", 200}} {
		if got := vet(t, h.stream, test.passcode); got != test.want {
			t.Errorf("%q: %d, want %d", test.passcode, got, test.want)
		}
	}
	// The same wrong one again is one guess; others are limited.
	status := 401
	for n := range 2 * ofMachine.atOnce {
		if got := vet(t, h.stream, "shut"); got != 401 {
			t.Fatalf("the same again: %d", got)
		}
		status = vet(t, h.stream, string(rune('a'+n)))
	}
	if status != 429 {
		t.Errorf("after many guesses: %d", status)
	}
	h.server.SetPasscode("")
	if got := vet(t, h.stream, ""); got != 200 {
		t.Errorf("without a passcode: %d", got)
	}
}

func TestGuestsCountAsViewers(t *testing.T) {
	h := serveWith(t, Options{}, StreamOptions{MaxViewers: 2, MaxPerMachine: 1}, nil)
	g, status := h.stream.Invite(guestsAddress, "Lavf/59.27")
	if status != 200 {
		t.Fatal(status)
	}
	g.Sent(1000)
	watching := h.stream.Watching()
	if len(watching) != 1 || watching[0].Program != "ffmpeg" || watching[0].Address != guestsAddress || h.stream.Viewers() != 1 {
		t.Errorf("%+v", watching)
	}
	if _, status := h.stream.Invite(guestsAddress, ""); status != 429 {
		t.Errorf("a second one of its machine: %d", status)
	}
	h.get(t, "GET", "/stream.mjpg")
	if _, status := h.stream.Invite(netip.MustParseAddr("192.0.2.8"), ""); status != 503 {
		t.Errorf("a third one: %d", status)
	}
	h.stream.KeepOut(watching[0].ID)
	<-g.Context().Done()
	g.Leave()
	if pictures, bytes := h.stream.viewers.totals(); pictures < 1 || bytes < 1000 {
		t.Errorf("%d pictures of %d bytes", pictures, bytes)
	}
	if _, status := h.stream.Invite(guestsAddress, ""); status != 403 {
		t.Errorf("kept out: %d", status)
	}
	if got := vet(t, h.stream, ""); got != 403 {
		t.Errorf("kept out: %d", got)
	}
}

func TestNewPasscodeDisconnectsGuests(t *testing.T) {
	h := serveWith(t, Options{}, StreamOptions{}, nil)
	g, status := h.stream.Invite(guestsAddress, "")
	if status != 200 {
		t.Fatal(status)
	}
	h.server.SetPasscode("open sesame")
	<-g.Context().Done()
	g.Leave()
}
