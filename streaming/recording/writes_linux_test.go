package recording

import (
	"path/filepath"
	"testing"
	"time"
)

// Two programs may record into one folder, and each must leave alone what the other records.
func TestRecordersTellWhatIsBeingRecorded(t *testing.T) {
	dir := t.TempDir()
	before := ours(t, dir, "Yard", time.Date(2020, time.May, 1, 0, 0, 0, 0, time.Local), 1)
	r, other := onDisk(t, dir), onDisk(t, dir)
	if err := r.Start(); err != nil {
		t.Fatal(err)
	}
	file := await(t, r, "a file", func(s Status) bool { return s.File != "" && s.Pictures > 0 }).File
	for _, one := range []*Recorder{r, other} {
		if !one.Writes(file) || one.Writes(before) || one.Writes(filepath.Join(dir, "none.mkv")) {
			t.Errorf("%v, %v of what is written and what is not", one.Writes(file), one.Writes(before))
		}
	}
	r.Stop()
	if r.Writes(file) || other.Writes(file) {
		t.Error("it is said to be recorded when it is not any more")
	}
}
