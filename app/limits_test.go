package main

import (
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"fanlight/drivers"
	"fanlight/streaming/recording"
	"fanlight/ui"
)

// What recordings keep to is remembered, and is in force at once.
func TestSetLimitsOfRecordings(t *testing.T) {
	given := recording.Split{Length: time.Minute}
	for _, split := range []ui.Split{{Bytes: 2e6}, {Bytes: 1000e12}, {Length: time.Second}, {Length: 1000 * time.Hour}, {Length: 1500 * time.Millisecond}, {}, {Bytes: 1.5e9}} {
		path := filepath.Join(t.TempDir(), "settings.json")
		p := newProgram(options{}, &settings{path: path}, drivers.Camera{ID: "none"}, nil, slog.New(slog.DiscardHandler))
		p.SetSplit(split)
		p.SetRemoveOldest(true)
		until(t, p, "the limits", func(s ui.State) bool { return s.General.Split == split && s.General.RemoveOldest })
		afterJobs(t, p) // which read the options
		p.options.RecordSplit = &given
		if g := p.state().General; !g.SplitGiven || g.Split != ui.Split(given) || g.OldestGiven {
			t.Errorf("given on the command line: %+v", g)
		}
		p.close()
		kept, err := readSettings(path)
		if err != nil || kept.RecordSplit != recording.Split(split) || !kept.RecordRemoveOldest {
			t.Errorf("%+v: remembered %+v, %v, %v", split, kept.RecordSplit, kept.RecordRemoveOldest, err)
		}
	}
}
