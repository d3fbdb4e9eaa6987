package main

import (
	"context"
	"errors"
	"iter"
	"log/slog"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"fanlight/drivers"
	"fanlight/drivers/pixels"
	"fanlight/ui"
)

// tried is a camera for tests that delivers nothing.
func tried(id string) drivers.Camera {
	return drivers.Camera{ID: id, Name: id, Frames: func(ctx context.Context, _ drivers.Want) iter.Seq2[drivers.Picture, error] {
		return func(func(drivers.Picture, error) bool) { <-ctx.Done() }
	}}
}

// within fails the test if a function does not return soon.
func within(t *testing.T, what string, do func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		do()
	}()
	select {
	case <-done:
	case <-time.After(patience):
		t.Fatalf("waited in vain for %s", what)
	}
}

// afterJobs returns when all jobs added so far have run. Settings are on disk then, which
// is later than in memory.
func afterJobs(t *testing.T, p *program) {
	t.Helper()
	done := make(chan struct{})
	p.jobs.add(func() { close(done) })
	within(t, "the jobs", func() { <-done })
}

// busy keeps the program's jobs waiting until the returned function is called.
func (p *program) busy() (end func()) {
	free := make(chan struct{})
	p.jobs.add(func() { <-free })
	return func() { close(free) }
}

func TestTheWindowNeverWaitsForJobs(t *testing.T) {
	p := windowless(t, options{Listen: "127.0.0.1:0"})
	end := p.busy()
	within(t, "the window's calls", func() {
		for n := range 100 {
			p.SetQuality(1 + n%100)
		}
		p.SetLook(ui.Look{Mirror: true})
		p.SetMode(ui.Mode{})
		p.SetControl("brightness", 1)
		p.ResetControls()
		p.Rename("Yard")
		p.Share(true)
		p.Choose("emulated")
		p.Open("emulated")
	})
	end()
	until(t, p, "the jobs", func(s ui.State) bool { return s.Link != "" && s.Settings.Look.Mirror })
}

func TestClosingDoesNotWaitForACameraThatDoesNotAnswer(t *testing.T) {
	settingsFile(t)
	camera := tried("test:mute")
	asked, ended := make(chan struct{}, 2), make(chan error, 2)
	camera.Modes = func(ctx context.Context) ([]drivers.Mode, error) {
		asked <- struct{}{}
		<-ctx.Done()
		ended <- ctx.Err()
		return nil, ctx.Err()
	}
	camera.Adjust = func(ctx context.Context, _ string, _ int) error {
		<-ctx.Done()
		return ctx.Err()
	}
	p := newProgram(options{Idle: time.Second}, loadSettings(slog.Default()), camera, nil, slog.Default())
	p.jobs.add(p.askOffers)
	<-asked
	p.SetControl("brightness", 7)
	within(t, "the end", p.close)
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("it was waited for until %v", err)
	}
	if got := loadSettings(slog.Default()).tuning(camera.ID).Controls["brightness"]; got != 7 {
		t.Errorf("brightness is remembered as %d", got)
	}
}

func TestWhatIsSetIsOfTheCameraThatWasShownThen(t *testing.T) {
	settingsFile(t)
	adjusted := make(chan string, 8)
	cameras := []drivers.Camera{tried("test:one"), tried("test:other")}
	for i := range cameras {
		id := cameras[i].ID
		cameras[i].Modes = func(context.Context) ([]drivers.Mode, error) {
			return []drivers.Mode{{Format: id}}, nil
		}
		cameras[i].Adjust = func(_ context.Context, name string, _ int) error {
			adjusted <- id + " " + name
			return nil
		}
	}
	one, other := cameras[0], cameras[1]
	p := newProgram(options{Idle: time.Second}, loadSettings(slog.Default()), one, nil, slog.Default())
	t.Cleanup(p.close)
	p.offer(cameras)
	p.jobs.add(p.askOffers)
	until(t, p, "what the camera offers", func(s ui.State) bool { return len(s.Settings.Modes) == 1 })

	end := p.busy()
	p.SetControl("brightness", 3)
	p.SetMode(ui.Mode{Width: 320, Height: 240})
	p.SetQuality(33)
	p.SetLook(ui.Look{Rotate: 180})
	p.Choose(other.ID)
	if s := p.state(); s.Chosen != other.ID || len(s.Settings.Modes) > 0 {
		t.Errorf("the other camera is shown with the modes of the one before: %+v", s)
	}
	p.SetControl("contrast", 4)
	end()
	until(t, p, "the other camera's offers", func(s ui.State) bool {
		return len(s.Settings.Modes) == 1 && s.Settings.Modes[0].Format == other.ID
	})
	for _, want := range []string{"test:one brightness", "test:other contrast"} {
		within(t, "the control", func() {
			if got := <-adjusted; got != want {
				t.Errorf("set %s, want %s", got, want)
			}
		})
	}
	until(t, p, "the control to be kept", func(ui.State) bool { return p.settings.tuning(other.ID).Controls["contrast"] == 4 })
	want := tuning{Mode: drivers.Mode{Width: 320, Height: 240}, Quality: 33, Look: pixels.Look{Rotate: 180},
		Controls: map[string]int{"brightness": 3}}
	if got := p.settings.tuning(one.ID); !reflect.DeepEqual(got, want) {
		t.Errorf("of the first camera %+v is remembered, want %+v", got, want)
	}
	want = tuning{Controls: map[string]int{"contrast": 4}}
	if got := p.settings.tuning(other.ID); !reflect.DeepEqual(got, want) {
		t.Errorf("of the other camera %+v is remembered, want %+v", got, want)
	}
}

func TestACameraThatCameBackIsAskedWhatItOffers(t *testing.T) {
	settingsFile(t)
	var there atomic.Bool
	camera := tried("test:loose")
	camera.Modes = func(context.Context) ([]drivers.Mode, error) {
		if !there.Load() {
			return nil, drivers.ErrUnplugged
		}
		return []drivers.Mode{{Width: 320, Height: 240}}, nil
	}
	p := newProgram(options{Idle: time.Second}, loadSettings(slog.Default()), camera, nil, slog.Default())
	t.Cleanup(p.close)
	p.offer([]drivers.Camera{camera})
	p.offer([]drivers.Camera{})
	p.SetMode(ui.Mode{}) // asks it, in vain
	p.jobs.add(func() { there.Store(true) })
	p.offer([]drivers.Camera{camera})
	until(t, p, "its modes", func(s ui.State) bool { return len(s.Settings.Modes) == 1 })
}

func TestTheQualityReachesADriverThatEncodesWhateverTheMode(t *testing.T) {
	settingsFile(t)
	opened := make(chan int, 8)
	camera := tried("test:raw")
	camera.Modes = func(context.Context) ([]drivers.Mode, error) { return []drivers.Mode{{Format: "YUYV"}}, nil }
	camera.Frames = func(ctx context.Context, want drivers.Want) iter.Seq2[drivers.Picture, error] {
		return func(func(drivers.Picture, error) bool) {
			opened <- want.Quality
			<-ctx.Done()
		}
	}
	p := newProgram(options{Idle: time.Second}, loadSettings(slog.Default()), camera, nil, slog.Default())
	t.Cleanup(p.close)
	p.jobs.add(p.askOffers)
	until(t, p, "the quality to be offered", func(s ui.State) bool { return s.Settings.Encodes })
	ctx, cancel := context.WithCancel(t.Context())
	var watching sync.WaitGroup
	watching.Go(func() {
		for range p.live(ctx) {
		}
	})
	defer watching.Wait()
	defer cancel()
	within(t, "the camera to be opened", func() { <-opened })
	p.SetQuality(35)
	within(t, "the camera to be opened with the quality", func() {
		if got := <-opened; got != 35 {
			t.Errorf("opened with the quality %d", got)
		}
	})
}

func TestAnAddressThatIsTypedAgainComesWithTheNewPassword(t *testing.T) {
	settingsFile(t)
	p := windowless(t, options{})
	for _, address := range []string{"http://user:wrong@127.0.0.1:9/", "http://user:right@127.0.0.1:9/"} {
		p.Open(address)
		until(t, p, "the address to be kept", func(ui.State) bool { return p.settings.get().Camera == address })
	}
	id := p.state().Chosen
	p.Choose("emulated")
	p.Choose(id)
	afterJobs(t, p)
	if got := p.settings.get().Camera; got != "http://user:right@127.0.0.1:9/" {
		t.Errorf("chosen again, it is %s", got)
	}
	var ids []string
	for _, c := range p.state().Cameras {
		ids = append(ids, c.ID)
	}
	if listed := len(slices.Compact(slices.Sorted(slices.Values(ids)))); listed != len(ids) {
		t.Errorf("a camera is offered twice: %q", ids)
	}
}

func TestCamerasOpenedBeforeTheFirstListAreOfferedOnce(t *testing.T) {
	settingsFile(t)
	started := tried("test:started")
	p := newProgram(options{Idle: time.Second}, loadSettings(slog.Default()), started, nil, slog.Default())
	t.Cleanup(p.close)
	p.Open("http://127.0.0.1:9/")
	until(t, p, "the address", func(s ui.State) bool { return s.Chosen == "http://127.0.0.1:9/" })
	p.offer([]drivers.Camera{tried("test:listed")})
	var ids []string
	for _, c := range p.state().Cameras {
		ids = append(ids, c.ID)
	}
	if want := []string{"test:listed", "test:started", "http://127.0.0.1:9/"}; !slices.Equal(ids, want) {
		t.Errorf("the picker offers %q, want %q", ids, want)
	}
}

func TestWhatIsSetInTheWindowComesBeforeTheCommandLine(t *testing.T) {
	p := windowless(t, options{Size: size{640, 480}, FPS: 5, Quality: 90, Rotate: 90, Control: map[string]int{"brightness": 5, "contrast": 5}})
	mode := ui.Mode{Width: 320, Height: 240, FPS: 10}
	p.SetMode(mode)
	p.SetQuality(40)
	p.SetLook(ui.Look{})
	p.SetControl("brightness", 1)
	until(t, p, "what was set to be shown", func(s ui.State) bool {
		return s.Settings.Mode == mode && s.Settings.Quality == 40 && s.Settings.Look == (ui.Look{})
	})
	until(t, p, "the control", func(ui.State) bool { return p.tuning(p.camera()).Controls["brightness"] == 1 })
	if got := p.tuning(p.camera()).Controls["contrast"]; got != 5 {
		t.Errorf("the control that was left alone is %d", got)
	}
	p.ResetControls()
	until(t, p, "the controls to be reset", func(ui.State) bool { return len(p.tuning(p.camera()).Controls) == 0 })
}
