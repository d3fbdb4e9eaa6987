package ui

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"
)

func TestCertificate(t *testing.T) {
	w, _, queue := open(t)
	s := sharingState()
	w.shown(t, queue, s)
	test.Tap(w.share.gear)
	if w.access.certificate.object.Visible() {
		t.Error("there is none")
	}
	for own, want := range map[bool]string{true: "Fanlight made this certificate, so browsers warn about it.", false: "Viewers can compare"} {
		s.Certificate = &Certificate{Fingerprint: fingerprint, Expires: time.Date(2029, time.March, 2, 12, 0, 0, 0, time.UTC), Own: own}
		w.shown(t, queue, s)
		got := strings.Join(words(w.access.certificate.object), " ")
		if !strings.Contains(got, "9F:86:D0:81:88:4C:7D:65 9A:2F:EA:A0:C5:5A:D0:15 A3:BF:4F:1B:2B:0B:82:2C D1:5D:6C:15:B0:F0:0A:08") ||
			!strings.Contains(got, want) || !strings.Contains(got, "2029-03-02") {
			t.Errorf("own %v: shows %q", own, got)
		}
	}
	test.Tap(w.access.certificate.copyIt)
	if got := w.app.Clipboard().Content(); got != fingerprint {
		t.Errorf("copied %q", got)
	}
}
