package main

import (
	"cmp"

	"fanlight/streaming/recording"
	"fanlight/ui"
)

// newRecorder makes the recorder of the program's feed.
func (p *program) newRecorder() *recording.Recorder {
	dir := cmp.Or(p.options.Record, usualVideos())
	r := recording.New(p.feed, p.history, dir, p.stream.Name, p.recorded, p.log)
	r.Limit(p.recordingLimits(p.settings.get()))
	return r
}

// recordingLimits are from the command line, else as remembered.
func (p *program) recordingLimits(r remembered) recording.Limits {
	limits := recording.Limits{Split: r.RecordSplit, RemoveOldest: r.RecordRemoveOldest || p.options.RecordRemoveOldest}
	if p.options.RecordSplit != nil {
		limits.Split = *p.options.RecordSplit
	}
	return limits
}

// recordFromStart begins what --record asks for.
func (p *program) recordFromStart() error {
	if every := p.options.TimeLapse; every > 0 {
		return p.recorder.StartLapse(every)
	}
	return p.recorder.Start()
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
