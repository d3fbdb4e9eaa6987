package web

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"fanlight/streaming/sound"
)

// ended reports whether a viewing is over.
func (v *viewing) ended() bool {
	synctest.Wait()
	select {
	case <-v.gone:
		return true
	default:
		return false
	}
}

// TestListenersHaveLimitsOfTheirOwn has two viewers and two listeners where two may be.
func TestListenersHaveLimitsOfTheirOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHall(t)
		h.view(t, "/stream.mjpg?viewer=a", nil)
		h.view(t, "/stream.mjpg?viewer=b", nil)
		synctest.Wait()
		h.view(t, "/audio.pcm?viewer=a", nil)
		h.view(t, "/audio.opus", nil, "User-Agent: VLC/3.0.18 LibVLC/3.0.18")
		time.Sleep(time.Second)
		third := h.view(t, "/audio.wav", nil)
		if !third.ended() || third.status != 503 {
			t.Errorf("the third: %d %s", third.status, &third.body)
		}
		here := h.stream.Watching()
		if len(here) != 3 || h.stream.Viewers() != 3 {
			t.Fatalf("listed: %+v", here)
		}
		for n, v := range here {
			if v.Listens != (n == 2) {
				t.Errorf("listed: %+v", v)
			}
		}
	})
}

// TestDisconnectedHearNothingMore lists what the owner does.
func TestDisconnectedHearNothingMore(t *testing.T) {
	for name, test := range map[string]struct {
		do     func(h *hall)
		status int // of the next request
	}{
		"let go":      {func(h *hall) { h.stream.LetGo(h.stream.Watching()[0].ID) }, 403},
		"kept out":    {func(h *hall) { h.stream.KeepOut(h.stream.Watching()[0].ID) }, 403},
		"passcode":    {func(h *hall) { h.stream.server.SetPasscode("open sesame") }, 401},
		"no more mic": {func(h *hall) { h.sound.Use(sound.Source{}) }, 404},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := newHall(t)
				h.view(t, "/stream.mjpg?viewer=a", nil)
				synctest.Wait()
				heard := h.view(t, "/audio.pcm?viewer=a", nil)
				time.Sleep(time.Second)
				if heard.ended() {
					t.Fatalf("it ended at once: %d %s", heard.status, &heard.body)
				}
				test.do(h)
				time.Sleep(time.Second)
				if !heard.ended() {
					t.Error("the sound goes on")
				}
				again := h.view(t, "/audio.pcm?viewer=a", nil)
				time.Sleep(time.Second)
				if !again.ended() || again.status != test.status {
					t.Errorf("again: %d %s", again.status, &again.body)
				}
			})
		})
	}
}

// TestSoundIsNotForOtherSites lists who asks. The stream is served at http://localhost.
func TestSoundIsNotForOtherSites(t *testing.T) {
	const browser = "User-Agent: Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"
	for name, test := range map[string]struct {
		headers []string
		status  int // zero is 200
		reads   bool
	}{
		"a program":                      {nil, 0, false},
		"the page":                       {[]string{browser, "Referer: http://localhost/"}, 0, false},
		"the page's script":              {[]string{browser, "X-Requested-With: Fanlight"}, 0, false},
		"the page over HTTPS":            {[]string{browser, "Sec-Fetch-Site: same-origin"}, 0, false},
		"a link":                         {[]string{browser, "Accept: text/html,*/*", "Accept-Language: en"}, 0, false},
		"a web site":                     {[]string{browser, "Referer: https://example.com/"}, 403, false},
		"a web site's script":            {[]string{browser, "Origin: https://example.com"}, 403, false},
		"a page that hides":              {[]string{browser, "Accept: */*", "Accept-Language: en"}, 403, false},
		"a page of the network":          {[]string{browser, "Origin: http://192.168.1.9"}, 403, false},
		"another port":                   {[]string{browser, "Origin: http://localhost:3000"}, 403, false},
		"a site that the owner allows":   {[]string{browser, "Origin: https://dash.example.org"}, 0, true},
		"an image of one that is listed": {[]string{browser, "Referer: https://dash.example.org/"}, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := newHall(t)
				h.stream.server.AllowOrigins([]string{"https://dash.example.org"})
				v := h.hears(t, "/audio.pcm", time.Second, test.headers...)
				if v.status != test.status || (v.header.Get("Access-Control-Allow-Origin") != "") != test.reads {
					t.Errorf("%d, %v", v.status, v.header)
				}
				if test.status != 0 && h.mic.Opened.Load() != 0 {
					t.Error("the microphone was opened")
				}
			})
		})
	}
}

// stuck is a listener that takes nothing for a while.
type stuck struct {
	*viewing
	once bool
}

func (s *stuck) Write(p []byte) (int, error) {
	if !s.once {
		s.once = true
		time.Sleep(20 * time.Second)
	}
	return s.viewing.Write(p)
}

// TestStuckListenerGoesOnWithWhatIsNew and holds up nobody.
func TestStuckListenerGoesOnWithWhatIsNew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHall(t)
		other := h.view(t, "/audio.pcm", nil)
		late := &stuck{viewing: &viewing{recorder: *newRecorder()}}
		ctx, leave := context.WithCancel(t.Context())
		request, err := http.NewRequestWithContext(ctx, "GET", "/audio.pcm", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.RemoteAddr, request.Host = "127.0.0.2:1", "localhost"
		gone := make(chan struct{})
		go func() { defer close(gone); h.stream.server.handler.ServeHTTP(late, request) }()
		time.Sleep(30 * time.Second)
		leave()
		<-gone
		if n := len(records(t, other)); n < 1495 {
			t.Errorf("another listener got %d packets of 30 s", n)
		}
		all := records(t, late.viewing)
		longest := time.Duration(0)
		for n := range all[1:] {
			longest = max(longest, all[n+1].taken.Sub(all[n].taken))
		}
		if longest < 15*time.Second || len(all) < 500 || len(all) > 750 {
			t.Errorf("%d packets, with a gap of %v", len(all), longest)
		}
	})
}

func TestStatusNamesTheMicrophone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHall(t)
		status := func() string {
			v := h.view(t, "/api/status", nil)
			<-v.gone
			return v.body.String()
		}
		if got := status(); !strings.Contains(got, `"sound":{"name":"Microphone desk","state":"off","muted":false}`) {
			t.Error(got)
		}
		h.view(t, "/audio.pcm", nil)
		time.Sleep(time.Second)
		h.sound.Mute(true)
		if got := status(); !strings.Contains(got, `"state":"live","muted":true`) {
			t.Error(got)
		}
		h.sound.Use(sound.Source{})
		if got := status(); strings.Contains(got, "sound") {
			t.Error(got)
		}
	})
}
