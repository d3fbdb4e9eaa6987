package ui

import "testing"

func TestWords(t *testing.T) {
	cameras := []Camera{{ID: "a", Name: "HD Webcam"}}
	live := State{Cameras: cameras, Chosen: "a", ChosenName: "HD Webcam", Condition: Live, Width: 1280, Height: 720, FPS: 29.97}
	with := func(s State, change func(*State)) State { change(&s); return s }
	condition := func(c Condition, reason string) State {
		return with(live, func(s *State) { s.Condition, s.Reason = c, reason })
	}
	tests := []struct {
		name                          string
		state                         State
		noPicture                     bool
		status, detail, heading, more string
	}{
		{name: "nothing there", status: "No camera chosen", heading: "No camera found", more: "Plug one in: it shows up here by itself."},
		{name: "nothing chosen", state: State{Cameras: cameras}, status: "No camera chosen", heading: "Choose a camera"},
		{name: "off", state: condition(Off, ""), status: "Camera off: nobody is watching", heading: "Camera off"},
		{name: "starting", state: condition(Starting, ""), status: "Starting HD Webcam…", heading: "Starting HD Webcam…"},
		{name: "starting without a name", state: State{Chosen: "v4l2:x", Condition: Starting}, status: "Starting v4l2:x…", heading: "Starting v4l2:x…"},
		{name: "live", state: live, status: "Live", detail: "1280×720 · 30 fps"},
		{name: "live, first picture to come", state: live, noPicture: true, status: "Live", detail: "1280×720 · 30 fps", heading: "Waiting for the first picture…"},
		{name: "lost", state: condition(Lost, "it was unplugged."), status: "Camera lost: it was unplugged.", heading: "Camera lost", more: "It was unplugged."},
		{name: "lost, no reason", state: condition(Lost, ""), status: "Camera lost", heading: "Camera lost"},
		{name: "lost, reason in Greek", state: condition(Lost, "έφυγε"), status: "Camera lost: έφυγε", heading: "Camera lost", more: "Έφυγε"},
		{name: "unplugged", state: with(condition(Lost, "plug it in again."), func(s *State) { s.Unplugged = true }), status: "Camera unplugged, waiting for it", heading: "Camera unplugged, waiting for it", more: "Plug it in again."},
		{name: "unplugged, tried again", state: with(condition(Starting, ""), func(s *State) { s.Unplugged = true }), status: "Camera unplugged, waiting for it", heading: "Camera unplugged, waiting for it"},
		{name: "unplugged, nobody watching", state: with(condition(Off, ""), func(s *State) { s.Unplugged = true }), status: "Camera unplugged, waiting for it", heading: "Camera unplugged, waiting for it"},
		{name: "live again before the list knows", state: with(live, func(s *State) { s.Unplugged = true }), status: "Live", detail: "1280×720 · 30 fps"},
		{name: "size unknown", state: with(live, func(s *State) { s.Width = 0 }), status: "Live"},
		{name: "rate unknown", state: with(live, func(s *State) { s.FPS = 0 }), status: "Live", detail: "1280×720"},
		{name: "one a second", state: with(live, func(s *State) { s.FPS = 1.01 }), status: "Live", detail: "1280×720 · 1 fps"},
		{name: "slow", state: with(live, func(s *State) { s.FPS = 7.53 }), status: "Live", detail: "1280×720 · 7.5 fps"},
		{name: "asked and granted", state: with(live, func(s *State) {
			s.AskedWidth, s.AskedHeight, s.AskedFPS, s.GrantedFPS = 1280, 720, 30, 29.97
		}), status: "Live", detail: "1280×720 · 30 fps"},
		{name: "other size granted", state: with(live, func(s *State) {
			s.AskedWidth, s.AskedHeight = 1920, 1080
		}), status: "Live", detail: "1280×720 · 30 fps (asked for 1920×1080)"},
		{name: "other rate granted", state: with(live, func(s *State) {
			s.AskedFPS, s.GrantedFPS = 60, 30
		}), status: "Live", detail: "1280×720 · 30 fps (asked for 60 fps)"},
		{name: "other size and rate granted", state: with(live, func(s *State) {
			s.AskedWidth, s.AskedHeight, s.AskedFPS, s.GrantedFPS = 1920, 1080, 60, 30
		}), status: "Live", detail: "1280×720 · 30 fps (asked for 1920×1080 · 60 fps)"},
		{name: "rate asked, camera does not tell", state: with(live, func(s *State) { s.AskedFPS = 60 }), status: "Live", detail: "1280×720 · 30 fps"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := statusWords(test.state); got != test.status {
				t.Errorf("status %q, want %q", got, test.status)
			}
			if got := detailWords(test.state); got != test.detail {
				t.Errorf("detail %q, want %q", got, test.detail)
			}
			heading, more := curtainWords(test.state, !test.noPicture)
			if heading != test.heading || more != test.more {
				t.Errorf("curtain %q, %q; want %q, %q", heading, more, test.heading, test.more)
			}
		})
	}
}

func TestViewerWords(t *testing.T) {
	for n, want := range map[int]string{0: "No viewers", 1: "1 viewer", 2: "2 viewers", 1000: "1000 viewers"} {
		if got := viewerWords(n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}

func TestAliasWords(t *testing.T) {
	for _, test := range []struct {
		state State
		want  string
	}{
		{State{Sharing: true, Name: "Kitchen"}, ""},
		{State{Sharing: true, Name: "Kitchen", AnnouncedAs: "Kitchen"}, ""},
		{State{Sharing: true, Name: "Kitchen", AnnouncedAs: "Kitchen (2)"}, "On the network it is called “Kitchen (2)”"},
		{State{Name: "Kitchen", AnnouncedAs: "Kitchen (2)"}, ""},
	} {
		if got := aliasWords(test.state); got != test.want {
			t.Errorf("%+v: %q, want %q", test.state, got, test.want)
		}
	}
}
