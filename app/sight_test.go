package main

import (
	"encoding/json"
	"testing"
	"time"
)

// status asks the program that shares at link.
func (d *desktop) status(t *testing.T, link string) (s status) {
	t.Helper()
	answer, err := client.Get(link + "api/status")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if err := json.NewDecoder(answer.Body).Decode(&s); err != nil {
		t.Fatal(err)
	}
	return s
}

func (d *desktop) waitFor(t *testing.T, link, state string) (s status) {
	t.Helper()
	for deadline := time.Now().Add(patience); s.State != state; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for the camera to be %s; now %+v", state, s)
		}
		s = d.status(t, link)
	}
	return s
}

// The preview is all that wants pictures here, so the camera tells whether it does.
func TestWindowOutOfSightWantsNoPictures(t *testing.T) {
	d := startDesktop(t, "--camera", folder(t), "--listen", "127.0.0.1:0", "--share", "--idle", "100ms", "--no-discovery")
	d.do(t, "search", "--sync", "--onlyvisible", "--name", "^Fanlight$")
	link := d.link(t)
	d.waitFor(t, link, "live")

	d.do(t, "search", "--name", "^Fanlight$", "windowunmap")
	d.waitFor(t, link, "off")
	d.do(t, "search", "--name", "^Fanlight$", "windowmap")
	d.waitFor(t, link, "live")
}
