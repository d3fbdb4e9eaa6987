package main

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"fanlight/app/session"
	"fanlight/drivers"
	"fanlight/drivers/pixels"
	"fanlight/streaming"
	"fanlight/streaming/discovery"
	"fanlight/ui"
	"fanlight/ui/visible"

	fyneapp "fyne.io/fyne/v2/app"
)

// refresh is how often the window is passed the current state.
const refresh = 250 * time.Millisecond

// appID names the program to the desktop; FyneApp.toml says the same.
const appID = "io.github.fanlight.Fanlight"

// runWindow shows the window until the user quits or ctx ends.
func (p *program) runWindow(ctx context.Context, w windowing) error {
	if !p.hasPasscode() {
		p.report(damageTrouble, p.settings.damageInWindow())
	}
	if p.sharesAtStart() {
		p.shareAtStart()
	}
	p.jobs.add(p.askOffers)
	p.readAutostart()
	made, ended := make(chan *ui.Window), make(chan struct{})
	w.onMain(func() {
		a := fyneapp.NewWithID(appID)
		p.openURL = opener(p.ctx, a.OpenURL)
		a.Lifecycle().SetOnStarted(w.started)
		if err := ui.SetLanguage(p.settings.get().Language); err != nil {
			p.log.Warn("the window speaks the system's language", "err", err)
		}
		ui.SetTheme(a, p.theme())
		window := ui.New(a, version, p, p.preview, pixels.Preview, visible.Window)
		if session.HasTray(ctx) {
			window.AddTray()
		}
		window.Show(p.state())
		made <- window
		window.Run(p.options.Background && p.wantsShare())
		close(ended)
	})
	window := <-made
	defer window.Close()
	ctx, stop := context.WithCancel(ctx)
	var following sync.WaitGroup
	defer following.Wait()
	defer stop()
	following.Go(func() { p.followCameras(ctx) })
	following.Go(func() { p.followMicrophones(ctx) })
	following.Go(func() { p.refresh(ctx, window) })
	following.Go(func() { p.followFilms(ctx) })
	following.Go(func() { p.greetViewers(ctx, window.Notify) })
	if !p.options.NoDiscovery {
		following.Go(func() { p.followStreams(ctx, discovery.Browse(ctx)) })
	}
	if w.one != nil {
		following.Go(func() { p.serveStarts(ctx, w.one, window) })
	}
	select {
	case <-ctx.Done():
	case <-p.quitting:
	case <-ended:
	}
	return nil
}

func (p *program) refresh(ctx context.Context, window *ui.Window) {
	tick := time.NewTicker(refresh)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			window.Show(p.state())
		case <-ctx.Done():
			return
		}
	}
}

// isChosens reports whether a picture is of the camera that is chosen now.
func (p *program) isChosens(frame *streaming.Frame) bool {
	return p.feed.Status().CameraID == p.camera().ID && frame.Run == p.feed.Run()
}

// Choose is called by the window. Nothing of the camera before is shown to anybody from
// then on, so it does not wait for the jobs before it.
func (p *program) Choose(cameraID string) {
	p.report(choiceTrouble, nil)
	var found drivers.Camera
	p.mu.Lock()
	for _, camera := range p.cameras {
		if camera.ID == cameraID {
			found = camera
		}
	}
	asked := found.Check != nil
	if found.ID != "" && !asked {
		p.choose(found)
	}
	p.mu.Unlock()
	switch {
	case asked: // the camera before goes on until this one has said whether it takes the passcode
		p.jobs.add(func() { p.turnTo(found, nil) })
	case found.ID != "": // else it is gone
		p.use(found)
		p.jobs.add(func() {
			if p.camera().ID == cameraID {
				p.noteChosen()
			}
		})
	}
}

// choose is called with mu held.
func (p *program) choose(camera drivers.Camera) {
	if p.chosen.ID != camera.ID {
		p.offers = offers{} // the old camera's do not apply to the new one
	}
	p.chosen = camera
}

// use changes the feed to a camera, unless another one was chosen since.
func (p *program) use(camera drivers.Camera) {
	p.using.Lock()
	defer p.using.Unlock()
	if p.camera().ID != camera.ID {
		return
	}
	through := &lens{encoded: p.stream.Encoded}
	p.feed.Use(source(camera, p.tuning(camera), through, p.mark, p.log))
	p.mu.Lock()
	defer p.mu.Unlock()
	p.through = through
}

// look sets the look and the quality of the chosen camera's pictures.
func (p *program) look(look pixels.Look, quality int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.through.set(look, quality)
}

// useChosen is part of a job: it changes the feed to the chosen camera, and remembers the
// choice.
func (p *program) useChosen() {
	p.use(p.camera())
	p.noteChosen()
}

// noteChosen is part of a job: it remembers the choice, and tells who wants to know.
func (p *program) noteChosen() {
	chosen := p.camera()
	p.report(settingsTrouble, p.settings.change(func(r *remembered) { r.Camera = choice(chosen) }))
	p.announce()
	p.askOffers()
}

// Share is called by the window.
func (p *program) Share(on bool) {
	if on {
		p.jobs.add(p.decided)
	}
	p.askOrShare(on)
}

// askOrShare asks first where a locked stream would be passed on to everybody.
func (p *program) askOrShare(on bool) {
	p.mu.Lock()
	if on && !p.wantShare && p.chosen.Locked && p.passcode == "" {
		p.ask(p.chosen.Name, func() { p.share(true) })
		on = false
	}
	p.wantShare = on
	p.mu.Unlock()
	p.share(on)
}

func (p *program) share(on bool) {
	p.setWantShare(on)
	p.jobs.add(func() {
		if on && p.sharing != nil && p.sharing.running() {
			return
		}
		p.endSharing()
		if on {
			p.shareInWindow()
		}
	})
}

func (p *program) setWantShare(on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wantShare = on
}

// shareInWindow is a job.
func (p *program) shareInWindow() {
	listener, err := p.listen(context.Background())
	p.report(sharingTrouble, err)
	if err != nil {
		p.setWantShare(false)
		return
	}
	p.beginSharing(listener)
}

// Rename is called by the window. An empty name restores the default.
func (p *program) Rename(name string) {
	p.mu.Lock()
	p.given = name
	p.mu.Unlock()
	p.jobs.add(func() {
		p.report(settingsTrouble, p.settings.change(func(r *remembered) { r.Name = name }))
		p.announce()
	})
}

// state returns what the window shows now.
func (p *program) state() ui.State {
	now, name, viewers, recording := p.feed.Status(), p.name(), p.stream.Viewers(), p.recordingNow()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.readAudience()
	if now.CameraID != p.chosen.ID && now.State != streaming.Off { // the camera before it is still being changed
		now = streaming.Status{State: streaming.Starting}
	}
	s := ui.State{
		Chosen:      p.chosen.ID,
		ChosenName:  p.chosen.Name,
		Condition:   conditions[now.State],
		Reason:      now.Reason,
		Width:       now.Measured.Width,
		Height:      now.Measured.Height,
		FPS:         now.Measured.FPS,
		AskedWidth:  now.Asked.Width,
		AskedHeight: now.Asked.Height,
		AskedFPS:    now.Asked.FPS,
		GrantedFPS:  now.Granted.FPS,
		Name:        name,
		Sharing:     p.wantShare,
		Link:        p.link,
		LinkHere:    p.linkHere,
		OtherLinks:  p.otherLinks,
		AnnouncedAs: p.standing.Name,
		ByAvahi:     p.standing.Avahi,
		KeyLink:     p.keyLink,
		Viewers:     viewers,
		Problem:     strings.Join(slices.Sorted(maps.Values(p.problems)), "\n"),
		Unplugged:   now.Unplugged,
		Settings:    p.windowSettings(),
		General:     p.general(),
		Saved:       p.saved,
		Recording:   recording,
		Recorded:    p.recordedLast,
		Past:        p.windowPast(),
		Library:     p.windowLibrary(),
		Sound:       p.soundNow(),
		Watching:    p.audience.watching,
		KeptOut:     p.audience.keptOut,
		MaxViewers:  p.stream.MaxViewers(),
		Engines:     p.showEngines(),
		Passcode:    p.passcode,
		Rewind:      p.stream.RewindAllowed(), ShowRecordings: p.stream.RecordingsShown(),
		Certificate: p.certificate,
	}
	p.showGiven(&s)
	s.Hidden, s.Recent = p.hiddenAndRecent()
	if p.asking != nil {
		s.PassOn = ui.PassOn{Number: p.asking.number, Stream: p.asking.stream}
	}
	p.showNearby(&s)
	p.showSites(&s)
	for _, c := range p.cameras {
		s.Cameras = append(s.Cameras, ui.Camera{ID: c.ID, Name: c.Name})
	}
	return s
}

// showGiven tells what was given on the command line, and so cannot be changed.
func (p *program) showGiven(s *ui.State) {
	s.MaxViewersGiven = p.options.MaxViewers != nil
	s.RewindGiven = p.options.NoRewind
	s.PasscodeGiven = p.options.Passcode != ""
	s.NameGiven = p.options.Name != ""
}

var conditions = map[streaming.State]ui.Condition{
	streaming.Off:      ui.Off,
	streaming.Starting: ui.Starting,
	streaming.Live:     ui.Live,
	streaming.Lost:     ui.Lost,
	streaming.Paused:   ui.Paused,
}
