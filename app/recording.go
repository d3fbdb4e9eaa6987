package main

import (
	"cmp"

	"fanlight/streaming/recording"
	"fanlight/ui"
)

// newRecorder makes the recorder of the program's feed.
func (p *program) newRecorder() *recording.Recorder {
	dir := cmp.Or(p.options.Record, usualVideos())
	return recording.New(p.feed, p.history, dir, p.stream.Name, p.recorded, p.log)
}

// recorded is called with each new status of a recording.
func (p *program) recorded(s recording.Status) { p.report(recordingTrouble, s.Err) }

// Record is called by the window.
func (p *program) Record(on bool) {
	p.jobs.add(func() {
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
	return ui.Recording{Since: now.Since, Bytes: now.Bytes}
}
