package ui

import (
	"errors"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

func TestSites(t *testing.T) {
	w, program, queue := open(t)
	s := sharingState()
	s.Sites = []string{"https://dash.example.org", "http://tv.example.net:8123"}
	w.shown(t, queue, s)
	test.Tap(w.share.gear)
	entry, told := w.access.sites.entry, w.access.sites.words.Label
	enter := func(text string) {
		w.window.Canvas().Focus(entry)
		entry.SetText(text)
		press(entry, fyne.KeyReturn)
	}
	const hint = "Pages of your own network may. Write others with spaces between them, such as https://dash.example.org."
	if entry.Text != "https://dash.example.org http://tv.example.net:8123" || told.Text != hint {
		t.Errorf("shows %q, says %q", entry.Text, told.Text)
	}
	enter(" https://a.example.org   https://b.example.org ")
	program.want(t, `sites ["https://a.example.org" "https://b.example.org"]`)

	program.calls, program.refused = nil, errors.New(`a web site is written as https://dash.example.org, or * for all, not "dash"`)
	enter("dash")
	w.shown(t, queue, s)
	if entry.Text != "dash" || told.Text != `A web site is written as https://dash.example.org, or * for all, not "dash".` {
		t.Errorf("refused, shows %q, says %q", entry.Text, told.Text)
	}
	if least := told.MinSize().Height; told.Size().Height < least {
		t.Errorf("words of %v are cut off at %v", least, told.Size().Height)
	}
	program.calls, program.refused = nil, nil
	enter("")
	program.want(t, `sites []`)

	s.SitesGiven = true
	w.shown(t, queue, s)
	if !entry.Disabled() || told.Text != "Set by --allow-origin for this run, so it cannot be changed here." {
		t.Errorf("given by hand: disabled %v, says %q", entry.Disabled(), told.Text)
	}
}

func TestWhichProgramAnnounces(t *testing.T) {
	w, _, queue := open(t)
	said := w.access.announced.Label
	for _, c := range []struct {
		sharing bool
		name    string
		avahi   bool
		want    string
	}{
		{true, "", false, ""},
		{true, "Yard", false, "Announced by Fanlight"},
		{true, "Yard", true, "Announced by avahi-daemon"},
		{false, "Yard", true, ""},
	} {
		s := liveState()
		s.Sharing, s.AnnouncedAs, s.ByAvahi = c.sharing, c.name, c.avahi
		w.shown(t, queue, s)
		if said.Text != c.want || said.Visible() != (c.want != "") {
			t.Errorf("%+v: says %q, shown %v", c, said.Text, said.Visible())
		}
	}
}
