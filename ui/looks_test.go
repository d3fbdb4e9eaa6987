package ui

import (
	"maps"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"fanlight/ui/kit"
)

// look is a state of the window, and what is done to it before it is looked at.
type look struct {
	state   State
	picture bool
	do      func(w *Window)
}

// states are looks of the whole window.
func states() map[string]look {
	lost := sharingState()
	lost.Cameras, lost.Condition, lost.Reason = webcams[1:], Lost, "the camera was unplugged. Plug it in again: it goes on by itself."
	problem := liveState()
	problem.Problem = taken
	off := liveState()
	off.Condition = Off
	set := sharingState()
	set.Settings = allSettings()
	guarded := guardedState()
	paused := sharingState()
	paused.Condition = Paused
	saved := sharingState()
	saved.Saved = Saved{Number: 1, Path: "/home/jo/Pictures/Fanlight/HD Webcam 2026-03-02 09.05.07.jpg"}
	unplugged := set
	unplugged.Condition, unplugged.Unplugged, unplugged.Reason = Lost, true, "plug it in again: it goes on by itself."
	atStart := programState()
	return map[string]look{
		"off":      {off, false, nil},
		"sharing":  {sharingState(), true, nil},
		"lost":     {lost, true, nil},
		"problem":  {problem, true, nil},
		"settings": {set, true, func(w *Window) { test.Tap(w.gear) }},
		"controls": {unplugged, true, func(w *Window) {
			test.Tap(w.gear)
			w.window.Resize(fyne.NewSize(704, 944)) // all of them
		}},
		"access":  {guarded, true, func(w *Window) { test.Tap(w.share.gear) }},
		"code":    {guarded, true, func(w *Window) { test.Tap(w.share.code) }},
		"program": {atStart, true, func(w *Window) { test.Tap(w.status.program) }},
		"all-program": {atStart, true, func(w *Window) {
			test.Tap(w.status.program)
			w.window.Resize(fyne.NewSize(704, 1920)) // all of them
		}},
		"paused": {paused, false, nil},
		"saved":  {saved, true, func(w *Window) { w.window.Canvas().Focus(w.tools.snapshot) }},
		"portrait": {set, true, func(w *Window) {
			w.window.Resize(fyne.NewSize(480, 800))
			test.Tap(w.gear)
		}},
	}
}

// programState has values for the settings of the program.
func programState() State {
	s := sharingState()
	s.General = General{
		CanAutostart: true, Autostart: true, ShareAtStart: true, Notify: true,
		Port: 8080, Idle: 10 * time.Second, Pictures: "/home/jo/Pictures/Fanlight", PortGiven: true,
		Videos: "/home/jo/Videos/Fanlight", Split: Split{Length: 10 * time.Minute}, RemoveOldest: true, History: 256, HistoryLasts: 80 * time.Second,
	}
	s.Hidden = webcams[1:2]
	return s
}

// severalState is on several networks.
func severalState() State {
	s := sharingState()
	s.Link = "http://lamp.local:8080/"
	s.OtherLinks = []OtherLink{{"http://192.168.178.42:8080/", "eth0"}, {"http://10.3.0.2:8080/", "wlan0"}}
	return s
}

// recentState has cameras that were opened by hand.
func recentState() State {
	s := liveState()
	s.Recent = []string{"/home/jo/Videos/holiday.mp4", "http://jo:…@lamp.local:8080/a/long/path/to/stream.mjpg", "rtsp://10.0.0.2/live", "/home/jo/drops"}
	return s
}

// doings are looks of the window when something is done in it.
func doings(t *testing.T) map[string]look {
	return map[string]look{
		"viewers": {watchedState(), true, func(w *Window) { test.Tap(w.share.viewers) }},
		"small": {watchedState(), true, func(w *Window) {
			w.window.Resize(fyne.NewSize(640, 480))
			test.Tap(w.share.viewers)
		}},
		"engines": {guardedState(), true, func(w *Window) {
			test.Tap(w.share.gear)
			w.window.Resize(fyne.NewSize(704, 1290)) // all of them
		}},
		"microphone": {heardState(), true, nil},
		"busy": {heardState(), true, func(w *Window) {
			w.Show(busyState()) // from now on: it shows how long it records
			w.draw()
		}},
		"closing": {sharingState(), true, func(w *Window) { w.closing() }},
		"network": {nearbyState(), true, func(w *Window) { test.Tap(w.network.toggle) }},
		"passcode": {nearbyState(), true, func(w *Window) {
			test.Tap(w.network.toggle)
			test.Tap(button(t, w.network.Panel, "Watch Nursery on nas, passcode needed"))
		}},
		"links": {severalState(), true, func(w *Window) { test.Tap(w.share.others.Button) }},
		"help":  {sharingState(), true, func(w *Window) { w.help.Open(w.help.done) }},
		"calm": {watchedState(), true, func(w *Window) {
			w.window.Resize(fyne.NewSize(800, 480))
			w.passTime()
		}},
		"over":  {watchedState(), true, func(w *Window) { w.window.Resize(fyne.NewSize(800, 480)) }},
		"tip":   {sharingState(), true, func(w *Window) { w.share.copyIt.MouseIn(&desktop.MouseEvent{}) }},
		"other": {liveState(), true, func(w *Window) { w.picker.menu.More.Action() }},
		"recent": {recentState(), true, func(w *Window) {
			w.window.Resize(fyne.NewSize(480, 640))
			w.picker.menu.More.Action()
		}},
	}
}

// Golden pictures, drawn by Fyne's software painter with its bundled fonts. A
// picture that differs lands in testdata/failed; look at it, then move it to testdata.
func TestLooks(t *testing.T) {
	looks := states()
	maps.Copy(looks, doings(t))
	maps.Copy(looks, lookings())
	for name, look := range looks {
		for variant, v := range map[string]fyne.ThemeVariant{"dark": theme.VariantDark, "light": theme.VariantLight} {
			t.Run(name+" "+variant, func(t *testing.T) {
				w, _, queue := open(t)
				w.timeline.now = func() time.Time { return noon }
				test.ApplyTheme(t, inVariant{kit.Calm{}, v})
				w.shown(t, queue, look.state)
				if look.picture {
					w.preview.frames.publish(scene())
					w.preview.turn()
				}
				if look.do != nil {
					look.do(w)
				}
				test.AssertImageMatches(t, name+"-"+variant+".png", w.window.Canvas().Capture())
			})
		}
	}
}
