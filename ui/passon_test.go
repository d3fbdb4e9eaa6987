package ui

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2/test"

	"fanlight/ui/kit"
)

// A locked stream is passed on to everybody only after the owner was asked, once for each
// time.
func TestPassingOnALockedStreamIsAskedFirst(t *testing.T) {
	w, program, queue := open(t)
	s := sharingState()
	tap := func(name string) {
		t.Helper()
		for _, o := range test.LaidOutObjects(w.window.Canvas().Overlays().Top()) {
			if b, ok := o.(*kit.Button); ok && b.Text == name {
				test.Tap(b)
				return
			}
		}
		t.Fatalf("there is no button %q", name)
	}
	w.shown(t, queue, s)
	if w.window.Canvas().Overlays().Top() != nil {
		t.Fatal("something is asked, though nothing is to be passed on")
	}
	s.PassOn = PassOn{Number: 1, Stream: "Nursery"}
	w.shown(t, queue, s)
	if said := strings.Join(words(w.window.Canvas().Overlays().Top()), "\n"); !strings.Contains(said, "Nursery is locked") || !strings.Contains(said, "set a passcode of your own first") {
		t.Errorf("it asks %q", said)
	}
	tap("Cancel")
	w.shown(t, queue, s)
	if w.window.Canvas().Overlays().Top() != nil {
		t.Error("what was answered is asked again")
	}
	program.want(t)
	s.PassOn.Number = 2
	w.shown(t, queue, s)
	tap("Share it with everybody")
	program.want(t, "pass on 2")
}

// A stream that was HTTPS before is chosen without its passcode: the program refuses it,
// and says why.
func TestADowngradedStreamIsNotAskedForItsPasscode(t *testing.T) {
	s := nearbyState()
	s.Streams = []Stream{{ID: "http://10.0.0.4/a", Name: "Garden", Machine: "lamp", Locked: true, Downgraded: true}}
	w, program, _ := openNetwork(t, s)
	if got := strings.Join(words(w.network.Panel), "\n"); !strings.Contains(got, "lamp · no HTTPS any more") {
		t.Errorf("the list shows %q", got)
	}
	test.Tap(button(t, w.network.Panel, "Watch Garden on lamp, passcode needed"))
	program.want(t, `watch http://10.0.0.4/a ""`)
	if w.window.Canvas().Overlays().Top() != nil {
		t.Error("something is asked")
	}
}

// The address that no browser could be opened for is copied, as a command is.
func TestTheBannerCopiesAnAddress(t *testing.T) {
	a := test.NewTempApp(t)
	b := newBanner(a, func() {})
	for problem, want := range map[string][2]string{
		"no browser could be opened (exit status 3); open this address in one: http://10.0.0.4:8080/": {"http://10.0.0.4:8080/", "Copy address"},
		"a firewall keeps others out; open it with: sudo ufw allow 8080/tcp":                          {"sudo ufw allow 8080/tcp", "Copy command"},
	} {
		b.show(State{Problem: problem})
		test.Tap(b.copyIt)
		if got := a.Clipboard().Content(); got != want[0] {
			t.Errorf("copied %q, want %q", got, want[0])
		}
		if b.setNarrow(false); b.copyIt.Text != want[1] && b.copyIt.Text != "Copied" {
			t.Errorf("the button says %q, want %q", b.copyIt.Text, want[1])
		}
	}
	if b.show(State{}); b.panel.Visible() || b.copyIt.Visible() {
		t.Error("it stays without a problem")
	}
}
