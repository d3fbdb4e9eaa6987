package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	"fanlight/streaming/sound"
	"fanlight/streaming/sound/microphones"
	"fanlight/streaming/sound/opus"
	"fanlight/streaming/web"
	"fanlight/ui"
)

// noMicrophone is what --microphone takes for none.
const noMicrophone = "none"

// chosenMicrophone is the one that is used: by its ID, else by its name, since one that is
// plugged in elsewhere may have another ID. Without an ID there is none.
type chosenMicrophone struct {
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
}

// microphone is the one that is used at first: from the command line, else as set in the
// window.
func microphone(o options, r remembered) chosenMicrophone {
	switch o.Microphone {
	case "":
		if r.Microphone != nil {
			return *r.Microphone
		}
		return chosenMicrophone{}
	case noMicrophone:
		return chosenMicrophone{}
	default:
		return chosenMicrophone{ID: o.Microphone, Name: o.Microphone}
	}
}

func (m chosenMicrophone) source() sound.Source {
	if m.ID == "" {
		return sound.Source{}
	}
	source := microphones.Source(m.ID, m.Name)
	source.Name = cmp.Or(source.Name, m.Name, m.ID)
	return source
}

// newSound makes the sound of the stream. The microphone is opened when somebody listens.
func (p *program) newSound() *sound.Sound {
	o, r := p.options, p.settings.get()
	s := sound.New(func() (sound.Encoder, error) { return opus.NewEncoder() }, o.idle(r), p.log)
	s.Mute(r.Muted)
	s.Use(microphone(o, r).source())
	p.stream.HearWith(s, func() (web.Decoder, error) { return opus.NewDecoder() })
	p.mics.shown = make(chan bool, 1)
	if name := o.Microphone; name != "" && name != noMicrophone && name != microphones.DefaultID {
		p.jobs.add(p.findMicrophone)
	}
	return s
}

// findMicrophone is a job: it finds the one of --microphone in the list, for its name. One that
// is not there is used once it is plugged in.
func (p *program) findMicrophone() {
	all, err := microphones.List(p.ctx)
	given := p.options.Microphone
	m, found := microphones.Find(all, given, given)
	if !found {
		p.log.Warn("microphone not found; it is used once it is plugged in. --list-microphones lists those that are", "microphone", given, "err", err)
		return
	}
	p.sound.Use(chosenMicrophone{m.ID, m.Name}.source())
}

// microphoneList is what the window lists about microphones.
type microphoneList struct {
	shown chan bool // the list is open, or no longer

	mu     sync.Mutex
	listed []ui.Microphone
}

const listMicrophonesEvery = 2 * time.Second

// followMicrophones keeps the list while the window shows it, until ctx ends: no sound system
// is loaded before.
func (p *program) followMicrophones(ctx context.Context) {
	l := &p.mics
	var again <-chan time.Time
	for {
		select {
		case shown := <-l.shown:
			if again = nil; shown {
				again = time.After(0)
			}
		case <-again:
			all, err := microphones.List(ctx)
			if ctx.Err() == nil {
				p.report(microphonesTrouble, err)
			}
			l.set(all)
			again = time.After(listMicrophonesEvery)
		case <-ctx.Done():
			return
		}
	}
}

func (l *microphoneList) set(all []microphones.Microphone) {
	var shown []ui.Microphone
	for _, m := range all {
		shown = append(shown, ui.Microphone{ID: m.ID, Name: m.Name, Default: m.Default, Monitor: m.Monitor})
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.listed = shown
}

// ListMicrophones is called by the window when its list is opened and closed.
func (p *program) ListMicrophones(shown bool) {
	l := &p.mics
	for {
		select {
		case l.shown <- shown:
			return
		case <-l.shown: // what was not taken yet
		}
	}
}

// ChooseMicrophone is called by the window, unless --microphone was given. An empty ID is
// none.
func (p *program) ChooseMicrophone(id string) {
	chosen := chosenMicrophone{ID: id}
	p.mics.mu.Lock()
	for _, m := range p.mics.listed {
		if m.ID == id {
			chosen.Name = m.Name
		}
	}
	p.mics.mu.Unlock()
	p.sound.Use(chosen.source())
	p.keep(func(r *remembered) {
		if r.Microphone = &chosen; id == "" {
			r.Microphone = nil
		}
	})
}

// Mute is called by the window.
func (p *program) Mute(on bool) {
	p.sound.Mute(on)
	p.keep(func(r *remembered) { r.Muted = on })
}

var soundConditions = map[sound.State]ui.Condition{
	sound.None: ui.Off, sound.Off: ui.Off, sound.Starting: ui.Starting,
	sound.Live: ui.Live, sound.Lost: ui.Lost, sound.Paused: ui.Paused,
}

// soundNow returns what the window shows of the sound.
func (p *program) soundNow() ui.Sound {
	now := p.sound.Status()
	p.mics.mu.Lock()
	defer p.mics.mu.Unlock()
	return ui.Sound{
		Microphones: p.mics.listed, Chosen: now.ID, ChosenName: now.Name,
		Condition: soundConditions[now.State], Reason: now.Reason, Muted: now.Muted, Level: now.Level,
		Given: p.options.Microphone != "",
	}
}

// listMicrophones prints them, one a line.
func listMicrophones(ctx context.Context, stdout, stderr io.Writer) int {
	all, err := microphones.List(ctx)
	if err != nil {
		return fail(stderr, exitFailed, err)
	}
	printMicrophones(all, stdout, stderr)
	return exitClean
}

func printMicrophones(all []microphones.Microphone, stdout, stderr io.Writer) {
	for _, m := range all {
		fmt.Fprintf(stdout, "%s\t%s\n", m.ID, printable(m.Name))
	}
	if len(all) == 0 {
		fmt.Fprintln(stderr, "fanlight: no microphone found; plug one in, and on Linux see that PulseAudio or PipeWire runs")
	}
}
