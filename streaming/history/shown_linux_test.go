package history

import (
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"
)

// Who wants nothing to be kept, and records, lets nobody look back meanwhile.
func TestWhatIsKeptForARecordingIsNotShown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, feed, h := lounge(t, 0)
		letGo := h.Reserve(plenty)
		past := h.Shown()
		watch(feed, 10*time.Second)
		newest, err := h.At(time.Now())
		if err != nil || newest == nil {
			t.Fatalf("for the recording there is %v, %v", newest, err)
		}
		defer newest.Release()
		at, _ := past.At(time.Now())
		before, _ := past.Before(newest)
		after, _ := past.After(newest)
		if at != nil || before != nil || after != nil || len(past.Sections()) > 0 {
			t.Errorf("shown are %v, %v, %v, %v", at, before, after, past.Sections())
		}
		if s := h.Span(); s.Most != 0 || s.Bytes == 0 {
			t.Errorf("the setting seems to be another one: %+v", s)
		}
		h.SetMost(plenty)
		if before, _ := past.Before(newest); before == nil || len(past.Sections()) != 1 {
			t.Errorf("after the change of the setting there is %v, %v", before, past.Sections())
		} else {
			before.Release()
		}
		letGo()
	})
}

// Pictures on disk are shown, whatever is kept in memory.
func TestWhatIsKeptOnDiskIsShown(t *testing.T) {
	_, _, h := lounge(t, 0)
	for _, length := range []time.Duration{0, time.Minute, 0} {
		if err := h.KeepOnDisk(Disk{Dir: filepath.Join(t.TempDir(), "history"), Length: length, Report: func(error) {}}); err != nil {
			t.Fatal(err)
		}
		if h.Keeps() != (length > 0) {
			t.Errorf("for %v on disk: keeps %v", length, h.Keeps())
		}
	}
}
