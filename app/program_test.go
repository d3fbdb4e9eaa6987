package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"fanlight/drivers"
	"fanlight/streaming/reach/reachtest"
	"fanlight/ui"
)

// windowless is the program as the window uses it, without one.
func windowless(t *testing.T, o options) *program {
	t.Helper()
	settingsFile(t)
	camera, err := pickCamera(t.Context(), "emulated", "", slog.Default())
	if err != nil {
		t.Fatal(err)
	}
	o.NoDiscovery = true
	p := newProgram(o, loadSettings(slog.Default()), camera, nil, slog.Default())
	t.Cleanup(p.close)
	cameras, err := drivers.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	p.offer(cameras)
	return p
}

func until(t *testing.T, p *program, what string, reached func(ui.State) bool) ui.State {
	t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		s := p.state()
		if reached(s) {
			return s
		}
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for %s; now %+v", what, s)
		}
	}
}

func TestShareOnAndOff(t *testing.T) {
	p := windowless(t, options{Listen: "127.0.0.1:0"})
	for range 3 {
		p.Share(true)
		if !p.state().Sharing {
			t.Error("the switch jumps back while sharing starts")
		}
		link := until(t, p, "the link", func(s ui.State) bool { return s.Link != "" }).Link
		answer, err := client.Get(link)
		if err != nil || answer.StatusCode != 200 {
			t.Fatalf("the page: %v", err)
		}
		answer.Body.Close()
		p.Share(false)
		afterJobs(t, p) // the link goes first, then the server ends
		if got := p.state().Link; got != "" {
			t.Errorf("the link is still %s", got)
		}
		if _, err := client.Get(link); err == nil {
			t.Error("the page is still there")
		}
	}
	if s := p.state(); s.Sharing || s.Problem != "" {
		t.Errorf("ends with %+v", s)
	}
}

func TestPortGivenByHandThatIsTakenIsShown(t *testing.T) {
	taken, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", reachtest.Port(t)))
	if err != nil {
		t.Fatal(err)
	}
	p := windowless(t, options{Listen: taken.Addr().String()})
	p.Share(true)
	s := until(t, p, "the problem", func(s ui.State) bool { return s.Problem != "" })
	if !strings.Contains(s.Problem, "is taken by another program") || s.Sharing || s.Link != "" {
		t.Errorf("shown: %+v", s)
	}
	taken.Close()
	p.Share(true)
	until(t, p, "sharing on the free port", func(s ui.State) bool { return s.Problem == "" && s.Link != "" })
}

func TestNameIsMadeUpUntilTheUserGivesOne(t *testing.T) {
	p := windowless(t, options{})
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	madeUp := "Emulated camera on " + host
	if got := p.state().Name; got != madeUp {
		t.Errorf("named %q, want %q", got, madeUp)
	}
	p.Rename("Front door")
	until(t, p, "the new name everywhere", func(s ui.State) bool {
		return s.Name == "Front door" && p.stream.Name() == "Front door" && p.settings.get().Name == "Front door"
	})
	p.Rename("")
	until(t, p, "the made-up name", func(s ui.State) bool { return s.Name == madeUp && p.stream.Name() == madeUp })
}

func TestChoiceShowsTheCameraAndIsRemembered(t *testing.T) {
	p := windowless(t, options{FPS: 10})
	other, err := drivers.Find(t.Context(), folder(t))
	if err != nil {
		t.Fatal(err)
	}
	p.mu.Lock()
	p.cameras = append(p.cameras, other)
	p.mu.Unlock()
	ctx, cancel := context.WithCancel(t.Context())
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		for range p.live(ctx) {
		}
	}()
	until(t, p, "the preview", func(s ui.State) bool { return s.Condition == ui.Live })
	end := p.busy() // the change does not wait for jobs: the old camera would be seen meanwhile
	p.Choose(other.ID)
	if s := p.state(); s.Chosen != other.ID || p.feed.Status().CameraID != other.ID {
		t.Errorf("chosen is %s, the feed's is %s", s.Chosen, p.feed.Status().CameraID)
	}
	end()
	s := until(t, p, "the other camera", func(s ui.State) bool { return s.Condition == ui.Live && s.FPS > 5 })
	if s.Chosen != other.ID || s.ChosenName != other.Name || s.AskedFPS != 10 || s.GrantedFPS != 10 {
		t.Errorf("shown: %+v", s)
	}
	until(t, p, "the choice to be kept", func(ui.State) bool { return p.settings.get().Camera == other.ID })
	if again, err := pickCamera(t.Context(), "", other.ID, slog.Default()); err != nil || again.ID != other.ID {
		t.Errorf("next time: %q, %v", again.ID, err)
	}
	p.Choose("v4l2:gone")
	if got := p.state().Chosen; got != other.ID {
		t.Errorf("a camera that is gone is chosen: %q", got)
	}
	cancel()
	<-watched
}

func TestLastCameraThatIsGoneGivesWay(t *testing.T) {
	camera, err := pickCamera(t.Context(), "", "folder:/gone/for/good", slog.Default())
	if err != nil || camera.ID == "" {
		t.Errorf("took %q, %v", camera.ID, err)
	}
}

func TestFolderStaysInThePickerThoughNoDriverListsIt(t *testing.T) {
	settingsFile(t)
	chosen, err := drivers.Find(t.Context(), folder(t))
	if err != nil {
		t.Fatal(err)
	}
	p := newProgram(options{}, loadSettings(slog.Default()), chosen, nil, slog.Default())
	defer p.close()
	listed, err := drivers.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	p.offer(listed)
	p.offer(listed)
	var ids []string
	for _, c := range p.state().Cameras {
		ids = append(ids, c.ID)
	}
	if len(ids) != len(listed)+1 || ids[len(ids)-1] != chosen.ID {
		t.Errorf("the picker offers %q", ids)
	}
}
