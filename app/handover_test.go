package main

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"

	"fanlight/app/session"
	"fanlight/ui"
)

func TestTakingOverASecondStart(t *testing.T) {
	for name, c := range map[string]struct {
		first   options
		request session.Request
		want    session.Reply
		front   bool
		shares  bool
	}{
		"plain":      {options{}, session.Request{}, session.Reply{Done: "Fanlight is running already: its window is in front."}, true, false},
		"share":      {options{}, session.Request{Share: true}, session.Reply{Done: "Fanlight is running already: it shares, its window is in front."}, true, true},
		"background": {options{}, session.Request{Background: true, Share: true}, session.Reply{Done: "Fanlight is running already: it shares, its window stays where it is."}, false, true},
		"others": {options{}, session.Request{Share: true, Others: []string{"--fps", "--tls"}},
			session.Reply{Refused: "the Fanlight that is running cannot take --fps, --tls from a second start; quit it first"}, false, false},
		"others, apart":     {options{}, session.Request{Listen: ":8081", Others: []string{"--fps"}}, session.Reply{Apart: true}, false, false},
		"stop":              {options{}, session.Request{StopSharing: true}, session.Reply{Done: "Fanlight is running already: it has stopped sharing."}, false, false},
		"other address":     {options{}, session.Request{Listen: ":8081", Share: true}, session.Reply{Apart: true}, false, false},
		"same address":      {options{Listen: "127.0.0.1:0"}, session.Request{Listen: "127.0.0.1:0", Share: true}, session.Reply{Done: "Fanlight is running already: it shares, its window is in front."}, true, true},
		"same passcode":     {options{Passcode: "hush"}, session.Request{Passcode: " hush ", Share: true}, session.Reply{Done: "Fanlight is running already: it shares, its window is in front."}, true, true},
		"another passcode":  {options{Passcode: "hush"}, session.Request{Passcode: "psst", Share: true}, session.Reply{Refused: anotherPasscode}, false, false},
		"passcode of a few": {options{}, session.Request{Passcode: "psst", Share: true}, session.Reply{Refused: anotherPasscode}, false, false},
		"passcode, no share": {options{}, session.Request{Passcode: "psst"}, // as with $FANLIGHT_PASSCODE
			session.Reply{Done: "Fanlight is running already: its window is in front."}, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			given := c.first.Listen
			c.first.Listen = "127.0.0.1:0"
			p := windowless(t, c.first)
			afterJobs(t, p) // which read the options
			p.options.Listen = given
			front := false
			if got := p.takeOver(func() { front = true }, c.request); got != c.want || front != c.front {
				t.Errorf("%+v, in front %v", got, front)
			}
			if p.state().Sharing != c.shares {
				t.Errorf("shares: %v", !c.shares)
			}
		})
	}
}

func TestTakingOverACameraAndAName(t *testing.T) {
	p := windowless(t, options{})
	camera := folder(t)
	p.takeOver(func() {}, session.Request{Camera: camera, Name: "Yard"})
	s := until(t, p, "the other camera", func(s ui.State) bool { return s.Chosen == camera })
	if s.Name != "Yard" {
		t.Errorf("the name is %q", s.Name)
	}
}

func TestRequestOfASecondStart(t *testing.T) {
	t.Setenv("CAMERA", "emulated") // is not meant for one that runs already
	camera := folder(t)
	for name, c := range map[string]struct {
		args    []string
		want    session.Request
		refused string
	}{
		"plain":      {nil, session.Request{}, ""},
		"all":        {[]string{"--share", "--camera", camera, "--name", "Yard", "--listen", ":8081", "--passcode", "hush"}, session.Request{Share: true, Camera: camera, Name: "Yard", Listen: ":8081", Passcode: "hush"}, ""},
		"stop":       {[]string{"--stop-sharing"}, session.Request{StopSharing: true}, ""},
		"background": {[]string{"--background"}, session.Request{Background: true}, ""},
		"others":     {[]string{"--share", "--fps", "5", "--tls"}, session.Request{Share: true, Others: []string{"--fps", "--tls"}}, ""},
		"no camera":  {[]string{"--camera", "nonsense"}, session.Request{}, "nonsense"},
	} {
		t.Run(name, func(t *testing.T) {
			var said strings.Builder
			o, done, err := parseOptions(c.args, &said, &said)
			if err != nil || done {
				t.Fatal(err, &said)
			}
			got, err := o.request(context.Background())
			if (err != nil) != (c.refused != "") || err != nil && (!strings.Contains(err.Error(), c.refused) || !errors.As(err, new(wrongRequest))) {
				t.Fatalf("%v, want %q", err, c.refused)
			}
			if err == nil && !reflect.DeepEqual(got, c.want) {
				t.Errorf("%+v, want %+v", got, c.want)
			}
		})
	}
}
