package ui

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

func TestLinksForOtherNetworks(t *testing.T) {
	w, _, queue := open(t)
	w.shown(t, queue, sharingState())
	if w.share.others.Visible() {
		t.Error("on one network there is a button for others")
	}
	w.shown(t, queue, severalState())
	if !w.share.others.Visible() {
		t.Fatal("on two networks there is no button for the other links")
	}
	test.Tap(w.share.others.Button)
	want := []string{"Copy http://192.168.178.42:8080/ (eth0)", "Copy http://10.3.0.2:8080/ (wlan0)"}
	if got := labelsOf(w.entries(t)); !slices.Equal(got, want) {
		t.Errorf("the menu has %q, want %q", got, want)
	}
	tapEntry(t, w, want[1])
	if got := fyne.CurrentApp().Clipboard().Content(); got != "http://10.3.0.2:8080/" {
		t.Errorf("copied %q", got)
	}
	w.shown(t, queue, sharingState())
	if w.share.others.Visible() {
		t.Error("the button stays when the other network has gone")
	}
}
