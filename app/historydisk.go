package main

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"fanlight/streaming/history"
)

// diskTime is how long pictures are kept on disk, as the user writes it.
type diskTime time.Duration

// mostOnDisk is the longest, and a minute the shortest.
const mostOnDisk = 24 * time.Hour

func (d *diskTime) UnmarshalText(text []byte) error {
	length, err := time.ParseDuration(string(text))
	if err != nil || length != 0 && (length < time.Minute || length > mostOnDisk) {
		return fmt.Errorf("a time is from 1m to 24h such as 1h, or 0 for none, not %q", text)
	}
	*d = diskTime(length)
	return nil
}

// historyOnDisk is how long pictures are kept on disk: from the command line, else as set in the window.
func historyOnDisk(o options, r remembered) time.Duration {
	length := time.Duration(r.HistoryDiskMinutes) * time.Minute
	switch {
	case o.HistoryDisk != nil:
		return time.Duration(*o.HistoryDisk)
	case length < 0 || length > mostOnDisk:
		return 0
	}
	return length
}

// historyDir is the folder for pictures that are kept on disk, for all Fanlights of the user.
func historyDir() (string, error) {
	cache, err := os.UserCacheDir()
	return filepath.Join(cache, "fanlight", "history"), err
}

// keepOnDisk has the pictures on disk kept as they are to be by a job: it may have those of a
// crashed Fanlight to remove.
func (p *program) keepOnDisk() {
	p.jobs.add(func() {
		length := historyOnDisk(p.options, p.settings.get())
		dir, err := historyDir()
		if err == nil {
			err = p.history.KeepOnDisk(history.Disk{Dir: dir, Length: length, Report: func(err error) { p.report(historyTrouble, err) }})
		} else if length == 0 {
			err = nil // there is nothing to remove, either
		}
		if err != nil || length == 0 {
			p.report(historyTrouble, err)
		}
	})
}

// SetHistoryDisk is called by the window with how many minutes of pictures are kept on disk; zero
// for none.
func (p *program) SetHistoryDisk(minutes int) {
	p.keep(func(r *remembered) { r.HistoryDiskMinutes = minutes })
	p.keepOnDisk()
}
