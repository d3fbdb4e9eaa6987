package web

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"fanlight/streaming/streamtest"
)

func (r *rerun) timeline(t *testing.T, headers ...string) (now struct {
	Now, From, To float64
	Rewind        bool
	Sections      []struct {
		From, To float64
		Pictures int
	}
}) {
	t.Helper()
	v := r.view(t, "/api/timeline", nil, headers...)
	<-v.gone
	if err := json.Unmarshal(v.body.Bytes(), &now); err != nil || v.header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%q: %v, %v", &v.body, err, v.header)
	}
	return now
}

func TestTimeline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRerun(t, StreamOptions{}, plenty)
		began := time.Now()
		if now := r.timeline(t); !now.Rewind || now.Sections == nil || len(now.Sections) != 0 || now.From != 0 {
			t.Errorf("without pictures: %+v", now)
		}
		r.run(5*time.Second + time.Millisecond)
		time.Sleep(55*time.Second - time.Millisecond)
		r.run(2*time.Second + time.Millisecond)
		now := r.timeline(t)
		second := func(s float64) float64 { return float64(began.Unix()) + s }
		near := func(got, want float64) bool { return got > want-0.05 && got < want+0.05 }
		if len(now.Sections) != 2 || !near(now.Now, second(62)) || now.From != now.Sections[0].From || now.To != now.Sections[1].To {
			t.Fatalf("%+v", now)
		}
		for n, want := range []struct {
			from, to float64
			pictures int
		}{{0, 15, 451}, {60, 62, 61}} {
			if s := now.Sections[n]; !near(s.From, second(want.from)) || !near(s.To, second(want.to)) || s.Pictures != want.pictures {
				t.Errorf("section %d: %+v, want %+v", n, s, want)
			}
		}
	})
}

// TestOwnerForbidsRewinding has the owner forbid it while viewers watch the past: they go on
// live, and the owner's own viewer stays where it is.
func TestOwnerForbidsRewinding(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRerun(t, StreamOptions{}, plenty)
		r.stream.server.access = newAccess(nil, "the-owners-key", discarded)
		const owner = "Authorization: Bearer the-owners-key"
		defer r.feed.Keep()()
		time.Sleep(10*time.Second + time.Millisecond)
		views := map[string]*viewing{
			"viewer": r.view(t, "/stream.mjpg?from=-5s", nil), "still": r.view(t, "/stream.mjpg?from=-5s&speed=0", nil),
			"slow": r.view(t, "/stream.mjpg?from=-5s&speed=0.5", nil), "owner": r.view(t, "/stream.mjpg?from=-5s", nil, owner),
		}
		time.Sleep(time.Second)
		r.stream.AllowRewind(false)
		time.Sleep(time.Second)
		for name, want := range map[string]uint64{"viewer": 360, "still": 360, "slow": 360, "owner": 210} {
			shots := views[name].shots(t)
			if last := shots[len(shots)-1].n; last < want-2 || last > want+2 {
				t.Errorf("%s sees picture %d, want %d", name, last, want)
			}
		}
		for _, path := range []string{"/stream.mjpg?from=-5s", "/stream?from=-1s&speed=0", "/frame.jpg?at=-5s"} {
			v := r.view(t, path, nil)
			<-v.gone
			if v.status != 403 || !strings.Contains(v.body.String(), "The owner does not let viewers rewind.") {
				t.Errorf("%s: %d %q", path, v.status, &v.body)
			}
		}
		if now := r.timeline(t); now.Rewind || len(now.Sections) > 0 {
			t.Errorf("the time line: %+v", now)
		}
		if now := r.timeline(t, owner); !now.Rewind || len(now.Sections) != 1 {
			t.Errorf("the owner's: %+v", now)
		}
		r.stream.AllowRewind(true)
		inOrder(t, "allowed again", r.watches(t, "/stream.mjpg?from=-5s", time.Second), 210, 30)
	})
}

// TestRewindingViewersCountAsOthers has them counted, listed, limited, disconnected and
// blocked.
func TestRewindingViewersCountAsOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRerun(t, StreamOptions{MaxViewers: 2}, plenty)
		defer r.feed.Keep()()
		time.Sleep(10*time.Second + time.Millisecond)
		first := r.view(t, "/stream.mjpg?from=-5s", nil)
		synctest.Wait()
		second := r.view(t, "/stream.mjpg?from=-9s&speed=0", nil)
		time.Sleep(6 * time.Second)
		third := r.view(t, "/stream.mjpg?from=-5s", nil)
		<-third.gone
		here := r.stream.Watching()
		if third.status != 503 || len(here) != 2 {
			t.Fatalf("the third viewer: %d %q; listed: %v", third.status, &third.body, here)
		}
		if fps := here[0].FPS; fps < 29 || fps > 31 {
			t.Errorf("the first is listed with %v fps", fps)
		}
		if pictures, bytes := r.stream.viewers.totals(); int(pictures) != len(first.shots(t))+len(second.shots(t)) || bytes < 400*pictures {
			t.Errorf("counted: %d pictures, %d bytes", pictures, bytes)
		}
		r.stream.LetGo(here[0].ID)
		<-first.gone
		r.stream.KeepOut(here[1].ID)
		<-second.gone
		blocked := r.view(t, "/stream.mjpg?from=-5s", nil)
		if <-blocked.gone; blocked.status != 403 {
			t.Errorf("the blocked viewer: %d", blocked.status)
		}
		r.stream.viewers.admitAll()
		locked := r.view(t, "/stream.mjpg?from=-5s", nil)
		time.Sleep(time.Second)
		r.stream.server.SetPasscode("open sesame")
		<-locked.gone
	})
}

// kinds are how many kinds of smaller pictures are made live, and for viewers of the past.
func (r *rerun) kinds() (live, past int) {
	r.stream.variants.mu.Lock()
	defer r.stream.variants.mu.Unlock()
	return len(r.stream.variants.making), r.stream.variants.past
}

// TestPastCountsAmongKinds has viewers of the past ask for smaller pictures: each is one of
// the kinds of which a few are made at a time.
func TestPastCountsAmongKinds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		work := &shrinker{}
		r := newRerun(t, StreamOptions{Shrink: work.shrink}, plenty)
		large := flat(320, 180)
		r.bench.Picture.Store(&large)
		r.bench.FPS = 4
		defer r.feed.Keep()()
		time.Sleep(10*time.Second + time.Millisecond)
		var views []*viewing
		for n := range mostVariants {
			views = append(views, r.view(t, fmt.Sprintf("/stream.mjpg?from=-8s&speed=%d&width=160", n+1), nil))
		}
		time.Sleep(time.Second)
		for _, path := range []string{"/stream.mjpg?from=-5s&width=160", "/stream.mjpg?width=160"} {
			v := r.view(t, path, nil)
			if <-v.gone; v.status != 503 || !strings.Contains(v.body.String(), "The limit of 4 sizes at a time is reached. Request the full picture.") {
				t.Errorf("%s: %d %q", path, v.status, &v.body)
			}
		}
		if v := r.picture(t, "at=-8s&width=160"); v.status != 0 {
			t.Errorf("a single picture: %d %q", v.status, &v.body)
		}
		time.Sleep(10 * time.Second) // all but the first are live
		if n, past := r.kinds(); n != 1 || past != 1 {
			t.Errorf("%d kinds are made live, %d for viewers of the past", n, past)
		}
		for _, v := range views {
			v.leave()
			<-v.gone
		}
		for n, v := range views {
			if widths := v.widths(t); len(widths) != 1 || widths[160] < 40 {
				t.Errorf("viewer %d: pictures by width: %v", n, widths)
			}
		}
		if n, past := r.kinds(); n != 0 || past != 0 {
			t.Errorf("without viewers: %d kinds live, %d of the past", n, past)
		}
	})
}

func TestRateOfThePastIsTheViewers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRerun(t, StreamOptions{}, plenty)
		defer r.feed.Keep()()
		time.Sleep(20*time.Second + time.Millisecond)
		for query, want := range map[string]int{"fps=5": 20, "fps=5&speed=4": 20, "fps=10&speed=0.5": 40, "fps=20&speed=0.5": 60} {
			if n := len(r.watches(t, "/stream.mjpg?from=-18s&"+query, 4*time.Second)); n < want-1 || n > want+1 {
				t.Errorf("%s: %d pictures in 4 s, want %d", query, n, want)
			}
		}
	})
}

func TestMistakesAboutThePast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRerun(t, StreamOptions{}, plenty)
		for path, says := range map[string]string{
			"/stream.mjpg?speed=2":              "speed is for the past, and so needs from: /stream.mjpg?from=-30s&speed=0.5",
			"/stream.mjpg?from=":                "from cannot be read: a moment is",
			"/stream.mjpg?from=-30":             "such as -30s",
			"/stream.mjpg?from=yesterday":       ": /stream.mjpg?from=-30s",
			"/stream.mjpg?from=NaN":             "from cannot be read",
			"/stream.mjpg?from=-30s&speed=":     "speed cannot be read: a speed is",
			"/stream.mjpg?from=-30s&speed=-1":   "a number from 0.05 to 16",
			"/stream.mjpg?from=-30s&speed=1e9":  "speed=0.5",
			"/?action=stream&from=-30s&speed=x": "speed cannot be read",
			"/frame.jpg":                        "say which moment: /frame.jpg?at=-30s",
			"/frame.jpg?at=noon":                "at cannot be read",
			"/frame.jpg?at=-30s&step=2":         "step is 1",
			"/frame.jpg?at=-30s&step=":          "step is 1",
			"/frame.jpg?at=-30s&width=0":        "width is a whole number",
		} {
			v := r.view(t, path, nil)
			if <-v.gone; v.status != 400 || !strings.Contains(v.body.String(), says) {
				t.Errorf("%s: %d %q", path, v.status, &v.body)
			}
		}
		if r.bench.Opened.Load() > 0 {
			t.Error("the camera was turned on for mistakes")
		}
	})
}

// TestStreamWithoutAPast is one of a program that keeps none.
func TestStreamWithoutAPast(t *testing.T) {
	h := serve(t, 0)
	for _, path := range []string{"/stream.mjpg?from=-5s", "/frame.jpg?at=-5s"} {
		response := h.get(t, "GET", path)
		body, _ := io.ReadAll(response.Body)
		if response.StatusCode != 501 || !strings.Contains(string(body), "keeps no pictures of the past") {
			t.Errorf("%s: %s %q", path, response.Status, body)
		}
	}
	if body, _ := io.ReadAll(h.get(t, "GET", "/api/timeline").Body); !strings.Contains(string(body), `"rewind":false,"sections":[]`) {
		t.Errorf("the time line: %q", body)
	}
}

func TestThePastNeedsThePasscode(t *testing.T) {
	h := serveWith(t, Options{Passcode: "open sesame"}, StreamOptions{}, nil)
	h.stream.RewindWith(minute(streamtest.Tiny[0], 10))
	for _, path := range []string{"/stream.mjpg?from=-1h&speed=0", "/frame.jpg?at=-1s", "/api/timeline"} {
		if response := h.get(t, "GET", path); response.StatusCode != 401 {
			t.Errorf("%s without: %s", path, response.Status)
		}
		if response := h.ask(t, "GET", path, "", basic("open sesame")); response.StatusCode != 200 {
			t.Errorf("%s with it: %s", path, response.Status)
		}
	}
}
