package web

import (
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"fanlight/streaming"
	"fanlight/streaming/streamtest"
)

// houses serves two cameras in one process, each with a feed, under two paths.
type houses struct {
	server       *Server
	yard, door   *streamtest.Camera
	yards, doors *Stream
}

func newHouses(t *testing.T) *houses {
	t.Helper()
	p := &houses{server: NewServer(Options{Version: "1.2.3"}), yard: streamtest.NewCamera(), door: streamtest.NewCamera()}
	p.yard.ID, p.door.ID, p.door.FPS = "yard", "door", 5
	feed := func(c *streamtest.Camera, idle time.Duration) *streaming.Feed {
		feed := streaming.NewFeed(c.Source(), idle, discarded)
		t.Cleanup(feed.Close)
		return feed
	}
	work := &shrinker{}
	p.yards = p.server.Add("/", feed(p.yard, 10*time.Second), StreamOptions{Name: "Yard", Shrink: work.shrink})
	p.doors = p.server.Add("/door/", feed(p.door, time.Minute), StreamOptions{Name: "Door", MaxViewers: 1})
	return p
}

// status is what a stream's /api/status says.
func (p *houses) status(t *testing.T, path string) map[string]any {
	t.Helper()
	var now map[string]any
	if err := json.Unmarshal(ask(t, p.yards, path+"api/status", 0).body.Bytes(), &now); err != nil {
		t.Fatal(err)
	}
	return now
}

func TestTwoFeedsInOneProcessHaveNothingInCommon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newHouses(t)
		var watching sync.WaitGroup
		answers := make(map[string]*recorder)
		for path, stay := range map[string]time.Duration{"/stream.mjpg": 4 * time.Second, "/stream.mjpg?width=160": 4 * time.Second, "/door/stream.mjpg": 10 * time.Second} {
			answer := newRecorder()
			answers[path] = answer
			watching.Go(func() { *answer = *ask(t, p.yards, path, stay) })
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if a, b := p.yards.Viewers(), p.doors.Viewers(); a != 2 || b != 1 {
			t.Errorf("%d and %d viewers", a, b)
		}
		yard, door := p.status(t, "/"), p.status(t, "/door/")
		if yard["name"] != "Yard" || door["name"] != "Door" || yard["viewers"] != 2.0 || door["viewers"] != 1.0 || yard["fps"] != 30.0 || door["fps"] != 5.0 {
			t.Errorf("%v\n%v", yard, door)
		}
		// The door has a limit of 1 viewer, the yard a larger one.
		if answer := ask(t, p.yards, "/door/stream.mjpg", time.Second); answer.status != 503 || !strings.Contains(answer.body.String(), "The limit of 1 viewer is reached.") {
			t.Errorf("a second one at the door: %d %s", answer.status, &answer.body)
		}
		if answer := ask(t, p.yards, "/door/stream.mjpg?width=160", time.Second); answer.status != 503 {
			t.Errorf("a smaller one at the door: %d", answer.status)
		}
		watching.Wait()
		for path, want := range map[string]int{"/stream.mjpg": 120, "/stream.mjpg?width=160": 120, "/door/stream.mjpg": 50} {
			if got := answers[path].pictures(); got < want-2 || got > want+2 {
				t.Errorf("%s: %d pictures, want %d", path, got, want)
			}
		}
		// Ten seconds after the start the yard's last viewer left six seconds ago, the door's just now.
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if p.yard.Open.Load() != 0 || p.door.Open.Load() != 1 {
			t.Errorf("cameras open: %d and %d", p.yard.Open.Load(), p.door.Open.Load())
		}
		yard, door = p.status(t, "/"), p.status(t, "/door/")
		if yard["state"] != "off" || door["state"] != "live" {
			t.Errorf("%v\n%v", yard, door)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if p.door.Open.Load() != 0 {
			t.Error("the door's camera stays on")
		}
	})
}

func TestLossOfOneCameraIsNotTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newHouses(t)
		gone := errors.New("Door is unplugged: plug it in again")
		p.door.Fail.Store(&gone)
		var watching sync.WaitGroup
		watching.Go(func() { ask(t, p.yards, "/stream.mjpg", 10*time.Second) })
		watching.Go(func() { ask(t, p.yards, "/door/stream.mjpg", 10*time.Second) })
		time.Sleep(5 * time.Second)
		yard, door := p.status(t, "/"), p.status(t, "/door/")
		if yard["state"] != "live" || door["state"] != "lost" || door["reason"] != "its owner sees why in Fanlight's window" || yard["reason"] != nil {
			t.Errorf("%v\n%v", yard, door)
		}
		metrics := func(path string) string { return ask(t, p.yards, path+"metrics", 0).body.String() }
		ofYard, ofDoor := metrics("/"), metrics("/door/")
		for _, test := range []struct{ metrics, has string }{
			{ofYard, "fanlight_camera_state{state=\"live\"} 1\n"},
			{ofYard, "fanlight_camera_reopenings_total 0\n"},
			{ofYard, "fanlight_viewers_max 100\n"},
			{ofDoor, "fanlight_camera_state{state=\"lost\"} 1\n"},
			{ofDoor, "fanlight_pictures_total 0\n"},
			{ofDoor, "fanlight_viewers_max 1\n"},
		} {
			if !strings.Contains(test.metrics, test.has) {
				t.Errorf("the metrics lack %q", test.has)
			}
		}
		if strings.Contains(ofDoor, "fanlight_camera_reopenings_total 0\n") || strings.Contains(ofYard, "fanlight_pictures_total 0\n") {
			t.Error("the metrics of one count what the other does")
		}
		watching.Wait()
	})
}

func TestWhatAllStreamsShare(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newHouses(t)
		p.server.SetPasscode("open sesame")
		for path, status := range map[string]int{
			"/": 401, "/door/": 401, "/door/snapshot.jpg": 401, "/door/healthz": 0, "/door": 301,
			"/door/" + p.server.LinkKey(): 303, "/door/snapshot.jpg" + p.server.LinkKey(): 0,
		} {
			if answer := ask(t, p.yards, path, 0); answer.status != status && (status != 301 || answer.status != 307) {
				t.Errorf("%s: %d, want %d", path, answer.status, status)
			}
		}
		p.server.SetPasscode("")
		if answer := ask(t, p.yards, "/door/nothing", 0); answer.status != 404 || !strings.Contains(answer.body.String(), "/stream.mjpg") {
			t.Errorf("%d %s", answer.status, &answer.body)
		}
	})
}

func TestServerWithoutAStreamAtTheRootSaysWhatThereIs(t *testing.T) {
	server := NewServer(Options{})
	stream := server.Add("/door/", streamtest.NewCamera().Feed(t), StreamOptions{})
	if answer := ask(t, stream, "/", 0); answer.status != 404 || !strings.Contains(answer.body.String(), "nothing at this address") {
		t.Errorf("%d %s", answer.status, &answer.body)
	}
}
