package ui

import (
	"fmt"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// noon is when the tests of the time line take place.
var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// before is a time before noon.
func before(d time.Duration) time.Time { return noon.Add(-d) }

// keptState is live, and has pictures of the last two minutes, but for a gap.
func keptState() State {
	s := sharingState()
	s.Past = Past{Kept: true, Sections: []Section{
		{before(2 * time.Minute), before(100 * time.Second)}, {before(80 * time.Second), noon},
	}}
	return s
}

// filmState has recordings.
func filmState() State {
	s := keptState()
	for i, length := range []time.Duration{75 * time.Second, 3*time.Hour + 7*time.Minute, 30 * time.Second} {
		film := Film{
			ID: fmt.Sprint(i), Path: fmt.Sprintf("/home/jo/Videos/Fanlight/%d.mkv", i), Name: fmt.Sprintf("HD Webcam 2026-03-0%d 09.05.07", 3-i),
			Camera: "HD Webcam", Since: before(time.Duration(i) * 24 * time.Hour), Length: length, Bytes: int64(length/time.Second) * 3_000_000,
		}
		if i != 1 {
			film.Picture = scene()
		}
		s.Library.Recordings = append(s.Library.Recordings, film)
	}
	s.Library.Recordings[2].Camera = "A camera whose name is longer than the list is wide"
	return s
}

// rewind stands still at a time before noon.
func rewind(w *Window, ago time.Duration) {
	w.timeline.set(Play{From: before(ago)})
	w.arrives(before(ago))
}

// arrives notes a picture of what is played.
func (w *Window) arrives(taken time.Time) {
	w.preview.reel.note(w.preview.reel.turned, taken)
	w.preview.begun()
}

// lookings are looks of the window when the user looks back.
func lookings() map[string]look {
	recorded := keptState()
	recorded.Recorded = Recorded{Number: 1, ID: "0", Path: "/home/jo/Videos/Fanlight/HD Webcam 2026-03-02 09.05.07.mkv"}
	return map[string]look{
		"kept": {keptState(), true, nil},
		"recording": {keptState(), true, func(w *Window) {
			s := keptState() // from now on: it shows how long it takes
			s.Recording = Recording{Since: time.Now().Add(-75*time.Second - time.Second/2), Bytes: 12_345_678}
			w.tools.show(s, false)
		}},
		"recorded": {recorded, true, nil},
		"rewound":  {keptState(), true, func(w *Window) { rewind(w, 42*time.Second) }},
		"library":  {filmState(), true, func(w *Window) { test.Tap(w.library.toggle) }},
		"library-small": {filmState(), true, func(w *Window) {
			w.window.Resize(fyne.NewSize(640, 480))
			test.Tap(w.library.toggle)
			rewind(w, 42*time.Second)
		}},
		"library-portrait": {filmState(), true, func(w *Window) {
			w.window.Resize(fyne.NewSize(480, 800))
			test.Tap(w.library.toggle)
			rewind(w, 42*time.Second)
		}},
		"rewound-full": {keptState(), true, func(w *Window) {
			w.window.Resize(fyne.NewSize(800, 480))
			rewind(w, 42*time.Second)
		}},
		"rewound-calm": {keptState(), true, func(w *Window) {
			w.window.Resize(fyne.NewSize(800, 480))
			rewind(w, 42*time.Second)
			w.passTime()
		}},
	}
}
