package main

import (
	"cmp"

	"fanlight/streaming/recording"
)

// newRecorder makes the recorder of the program's feed.
func (p *program) newRecorder() *recording.Recorder {
	dir := cmp.Or(p.options.Record, usualVideos())
	return recording.New(p.feed, dir, p.stream.Name, p.recorded, p.log)
}

// recorded is called with each new status of a recording.
func (p *program) recorded(s recording.Status) { p.report(recordingTrouble, s.Err) }
