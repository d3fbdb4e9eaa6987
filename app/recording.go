package main

import (
	"cmp"
	"path/filepath"
	"time"

	"fanlight/streaming/recording"
	"fanlight/ui"
)

// newRecorder makes the recorder of the program's feed.
func (p *program) newRecorder() *recording.Recorder {
	r := recording.New(p.feed, p.history, p.videosDir(), p.stream.Name, p.recorded, p.log)
	r.Hear(p.sound)
	r.Spare(p.spareDeleted)
	r.Limit(p.recordingLimits(p.settings.get()))
	return r
}

// spareDeleted gives up a deleted recording of a folder whose disk is nearly full.
func (p *program) spareDeleted(dir string) bool {
	if !p.library.Spare(dir) {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.films.changed()
	return true
}

// recordingLimits are from the command line, else as remembered.
func (p *program) recordingLimits(r remembered) recording.Limits {
	limits := recording.Limits{Split: r.RecordSplit, RemoveOldest: r.RecordRemoveOldest || p.options.RecordRemoveOldest}
	if p.options.RecordSplit != nil {
		limits.Split = *p.options.RecordSplit
	}
	return limits
}

// SetSplit is called by the window. It holds at once, for a running recording too.
func (p *program) SetSplit(s ui.Split) {
	p.setLimits(func(r *remembered) { r.RecordSplit = recording.Split(s) })
}

// SetRemoveOldest is called by the window.
func (p *program) SetRemoveOldest(on bool) {
	p.setLimits(func(r *remembered) { r.RecordRemoveOldest = on })
}

func (p *program) setLimits(edit func(*remembered)) {
	p.keep(edit)
	p.jobs.add(func() { p.recorder.Limit(p.recordingLimits(p.settings.get())) })
}

// recordFromStart begins what --record asks for.
func (p *program) recordFromStart() error {
	if every := p.options.TimeLapse; every > 0 {
		return p.recorder.StartLapse(every)
	}
	return p.recorder.Start()
}

// recorded is called with each new status of a recording.
func (p *program) recorded(s recording.Status) {
	p.report(recordingTrouble, s.Err)
	p.mu.Lock()
	defer p.mu.Unlock()
	ended := p.recordingOn && !s.Recording
	p.recordingOn = s.Recording
	if ended && s.File != "" {
		p.tellRecorded(s.File, nil)
	}
}

// tellRecorded has the window tell of a recording that has ended. It is called with mu held.
func (p *program) tellRecorded(path string, err error) {
	p.recordedLast = ui.Recorded{Number: p.recordedLast.Number + 1, ID: filepath.Base(path), Path: path}
	if err != nil {
		p.recordedLast.Problem = err.Error()
	}
	p.films.changed()
}

// videosDir is where recordings go: from the command line, else as set in the window, else
// the usual folder.
func (p *program) videosDir() string {
	return cmp.Or(p.options.Record, p.settings.get().Videos, usualVideos())
}

// lastSaved is how much of what has already happened the window saves.
const lastSaved = 30 * time.Second

// SaveLast is called by the window.
func (p *program) SaveLast() {
	p.working.Go(func() {
		saved, err := p.recorder.SaveLast(lastSaved)
		path := ""
		if n := len(saved.Files); n > 0 {
			path = saved.Files[n-1]
		}
		p.mu.Lock()
		defer p.mu.Unlock()
		p.tellRecorded(path, err)
	})
}

// Record is called by the window.
func (p *program) Record(on bool) {
	p.onDisk.add(func() {
		if on {
			p.report(recordingTrouble, p.recorder.Start())
		} else {
			p.recorder.Stop()
		}
	})
}

// recordingNow is what the window shows of a recording. It is called without mu held: the
// recorder reports with its own mutex locked.
func (p *program) recordingNow() ui.Recording {
	now := p.recorder.Status()
	if !now.Recording {
		return ui.Recording{}
	}
	return ui.Recording{Since: now.Since, Bytes: now.Bytes, Lost: now.Lost}
}
